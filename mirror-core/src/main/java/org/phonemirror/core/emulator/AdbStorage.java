package org.phonemirror.core.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.phonemirror.core.machine.StorageWrite;

/**
 * A directory of an emulator's Android, such as {@code /storage/emulated/0}.
 *
 * <p>It is read as one tar stream, which Android's own tar makes: {@code adb pull} takes the names
 * that a hostile guest tells as it likes, and follows them out of its target. Here each is checked.
 *
 * @param top its path, without symbolic links
 * @param maxBytes most that is read of it
 */
record AdbStorage(Adb adb, String top, long maxBytes) {
  private static final int MAX_ENTRIES = 1_000_000;

  /**
   * Copies it to a new directory: directories, regular files with their times, and links as links.
   *
   * @throws IOException if it can't be read whole, or tells names that lead out of it
   */
  void copyTo(Path directory) throws IOException {
    Files.createDirectory(directory);
    adb.shell(
        "tar -C " + Adb.quoted(top) + " -cf - .",
        new byte[0],
        output -> {
          extract(output, directory);
          return true;
        });
  }

  private void extract(InputStream tar, Path directory) throws IOException {
    long left = maxBytes;
    int entries = 0;
    List<TarArchiveEntry> directories = new ArrayList<>();
    List<TarArchiveEntry> links = new ArrayList<>();
    TarArchiveInputStream in = new TarArchiveInputStream(tar, "UTF-8");
    for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
      Path target = inside(directory, entry.getName());
      left -= entry.getSize();
      if (left < 0 || ++entries > MAX_ENTRIES) {
        throw new IOException(
            top + " holds more than " + maxBytes + " bytes or " + MAX_ENTRIES + " files");
      }
      if (entry.isDirectory()) {
        Files.createDirectories(target);
        directories.add(entry);
      } else if (entry.isSymbolicLink()) {
        links.add(entry);
      } else if (isRegular(entry)) {
        Files.copy(in, target);
        Files.setLastModifiedTime(target, entry.getLastModifiedTime());
      } else {
        throw new IOException(top + " has '" + entry.getName() + "', which is no file");
      }
    }
    // no name can lead through a link that is not there yet
    for (TarArchiveEntry link : links) {
      Files.createSymbolicLink(inside(directory, link.getName()), Path.of(link.getLinkName()));
    }
    for (TarArchiveEntry each : directories) {
      Files.setLastModifiedTime(inside(directory, each.getName()), each.getLastModifiedTime());
    }
  }

  /** The library's own {@code isFile} is true of devices, too. */
  private static boolean isRegular(TarArchiveEntry entry) {
    return entry.getLinkFlag() == TarConstants.LF_NORMAL
        || entry.getLinkFlag() == TarConstants.LF_OLDNORM;
  }

  private static Path inside(Path directory, String name) throws IOException {
    Path target = directory.resolve(name).normalize();
    if (Path.of(name).isAbsolute() || !target.startsWith(directory)) {
      throw new IOException("storage has an entry named '" + name + "'");
    }
    return target;
  }

  /**
   * Changes it, in order.
   *
   * @return why a change was refused, for each that was
   */
  List<String> write(List<StorageWrite> changes) throws IOException {
    List<String> refused = new ArrayList<>();
    for (StorageWrite change : changes) {
      try {
        write(change);
      } catch (Adb.RefusedException e) {
        refused.add("'" + change.path() + "': " + e.getMessage());
      }
    }
    return refused;
  }

  private void write(StorageWrite change) throws IOException {
    String at = Adb.quoted(inside(change.path()));
    StringBuilder script = new StringBuilder("set -e; p=" + at + "; d=${p%/*}; ");
    // whoever owns the session may have put a link where a directory was
    script.append("[ \"$(readlink -f \"$d\")\" = \"$d\" ] || { echo link >&2; exit 1; }; ");
    byte[] input = new byte[0];
    if (change instanceof StorageWrite.FileRegion region) {
      script.append("[ ! -h \"$p\" ] || { echo link >&2; exit 1; }; ");
      script.append("dd of=\"$p\" bs=65536 oflag=seek_bytes conv=notrunc seek=" + region.offset());
      script.append(" 2>/dev/null; truncate -s " + region.length() + " \"$p\"; ");
      script.append("chmod " + Integer.toOctalString(region.mode()) + " \"$p\"; ");
      script.append("touch -d @" + seconds(region.modifiedMicros()) + " \"$p\"");
      input = region.data();
    } else if (change instanceof StorageWrite.Directory directory) {
      script.append("mkdir -m " + Integer.toOctalString(directory.mode()) + " \"$p\"");
    } else if (change instanceof StorageWrite.SymbolicLink link) {
      script.append("ln -s " + Adb.quoted(link.target()) + " \"$p\"");
    } else {
      script.append("if [ -d \"$p\" ] && [ ! -h \"$p\" ]; then rmdir \"$p\"; else rm \"$p\"; fi");
    }
    adb.shell(script.toString(), input);
  }

  private String inside(String path) throws Adb.RefusedException {
    for (String name : path.split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..")) {
        throw new Adb.RefusedException("is no path in user storage");
      }
    }
    return top + "/" + path;
  }

  private static String seconds(long micros) {
    return String.format("%d.%06d", micros / 1_000_000, micros % 1_000_000);
  }
}
