package org.phonemirror.core.download;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.service.MirrorView;

/** Stores a file in a mirror, where its phone has stored it. */
public final class MirrorCopy {
  /** Of one call, which must end in the time for a command to the guest. */
  private static final int PIECE = 1 << 20;

  private static final int FILE_MODE = 0644;
  private static final int DIRECTORY_MODE = 0755;

  private final MirrorView mirror;
  private final String path;
  private final long modifiedMicros;

  /**
   * Of one file.
   *
   * @param path plain and relative
   * @param modifiedMicros its time of modification, in microseconds since the epoch
   */
  public MirrorCopy(MirrorView mirror, String path, long modifiedMicros) {
    this.mirror = mirror;
    this.path = path;
    this.modifiedMicros = modifiedMicros;
  }

  /** Whether a path is below the top of user storage by its mere form. */
  static boolean isPlain(String path) {
    if (path.isEmpty() || path.indexOf('\0') >= 0 || path.indexOf('\ufffd') >= 0) {
      return false;
    }
    for (String name : path.split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..")) {
        return false;
      }
    }
    return true;
  }

  /**
   * Writes it, over what is there.
   *
   * @return why the mirror refused it; empty if it did not
   * @throws IOException if the content can't be read
   */
  public List<String> write(Path content) throws MachineException, IOException {
    List<StorageWrite> parents = parents();
    if (!parents.isEmpty()) {
      // refused for those that are there, which is why nobody looks first
      List<String> unused = mirror.write(parents);
    }
    try (InputStream in = Files.newInputStream(content)) {
      byte[] piece = in.readNBytes(PIECE);
      List<String> refused = mirror.write(List.of(region(0, piece)));
      if (!refused.isEmpty()) {
        refused = mirror.write(List.of(new StorageWrite.Remove(path), region(0, piece)));
      }
      for (long at = piece.length; piece.length == PIECE && refused.isEmpty(); at += piece.length) {
        piece = in.readNBytes(PIECE);
        refused = mirror.write(List.of(region(at, piece)));
      }
      return refused;
    }
  }

  private List<StorageWrite> parents() {
    List<StorageWrite> parents = new ArrayList<>();
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      parents.add(new StorageWrite.Directory(path.substring(0, slash), DIRECTORY_MODE));
    }
    return parents;
  }

  private StorageWrite region(long offset, byte[] data) {
    return new StorageWrite.FileRegion(
        path, FILE_MODE, modifiedMicros, offset, data, offset + data.length);
  }
}
