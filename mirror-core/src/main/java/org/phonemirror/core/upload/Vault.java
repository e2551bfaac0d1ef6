package org.phonemirror.core.upload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Contents that are on their way, each once, named by its digest. A file is there only as a whole
 * and durably: it is written aside, synced and renamed.
 */
final class Vault {
  private static final Logger log = LoggerFactory.getLogger(Vault.class);
  private static final String ASIDE = ".part";
  private static final int BUFFER = 256 * 1024;

  private final Path directory;
  private final UploadSettings.Limits limits;
  private final Map<String, Long> sizes = new HashMap<>();
  private long bytes;

  /** What became of a content that was to be kept. */
  enum Kept {
    KEPT,
    NO_ROOM,
    OTHER_CONTENT
  }

  private Vault(Path directory, UploadSettings.Limits limits) {
    this.directory = directory;
    this.limits = limits;
  }

  /**
   * Opens it.
   *
   * @param needed digests of what is to be kept; all else is removed
   */
  static Vault open(Path directory, UploadSettings.Limits limits, Set<String> needed)
      throws IOException {
    Files.createDirectories(directory);
    Vault vault = new Vault(directory, limits);
    List<Path> present;
    try (Stream<Path> files = Files.list(directory)) {
      present = files.toList();
    }
    for (Path file : present) {
      String name = file.getFileName().toString();
      if (needed.contains(name)) {
        vault.added(name, Files.size(file));
      } else {
        Files.delete(file);
      }
    }
    return vault;
  }

  synchronized boolean has(String sha256) {
    return sizes.containsKey(sha256);
  }

  Path path(String sha256) {
    return directory.resolve(sha256);
  }

  synchronized long bytes() {
    return bytes;
  }

  synchronized int files() {
    return sizes.size();
  }

  /**
   * Copies a file, if its content is what it should be.
   *
   * @param source a regular file
   * @throws IOException if it can't be read
   */
  synchronized Kept keep(Path source, String sha256, long size) throws IOException {
    if (has(sha256)) {
      return Kept.KEPT;
    }
    if (bytes + size > limits.totalBytes()
        || Files.getFileStore(directory).getUsableSpace() - size < limits.reserveBytes()) {
      return Kept.NO_ROOM;
    }
    Path aside = directory.resolve(sha256 + ASIDE);
    try (InputStream in = Files.newInputStream(source, LinkOption.NOFOLLOW_LINKS)) {
      Kept kept = copy(in, aside, sha256, size);
      if (kept == Kept.KEPT) {
        added(sha256, size);
      }
      return kept;
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  private Kept copy(InputStream in, Path aside, String sha256, long size) throws IOException {
    MessageDigest digest = Sha256.digest();
    byte[] buffer = new byte[BUFFER];
    try (FileChannel out = create(aside)) {
      long copied = 0;
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        copied += n;
        if (copied > size) {
          return Kept.OTHER_CONTENT;
        }
        digest.update(buffer, 0, n);
        if (!write(out, buffer, n)) {
          return Kept.NO_ROOM;
        }
      }
      if (copied != size || !HexFormat.of().formatHex(digest.digest()).equals(sha256)) {
        return Kept.OTHER_CONTENT;
      }
      out.force(true);
    }
    Files.move(aside, path(sha256), StandardCopyOption.ATOMIC_MOVE);
    syncDirectory();
    return Kept.KEPT;
  }

  private static FileChannel create(Path aside) throws IOException {
    try {
      return FileChannel.open(aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw new IOException(aside + " is there already: does a second server use it?", e);
    }
  }

  private static boolean write(FileChannel out, byte[] buffer, int length) {
    ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, length);
    try {
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      return true;
    } catch (IOException e) {
      log.error("an upload cannot be kept", e);
      return false;
    }
  }

  private void syncDirectory() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private void added(String sha256, long size) {
    sizes.put(sha256, size);
    bytes += size;
  }

  /** Forgets a content; who is reading it goes on. */
  synchronized void drop(String sha256) throws IOException {
    Files.deleteIfExists(path(sha256));
    Long size = sizes.remove(sha256);
    bytes -= size == null ? 0 : size;
  }
}
