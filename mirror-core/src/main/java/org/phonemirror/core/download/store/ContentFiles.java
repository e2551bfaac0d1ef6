package org.phonemirror.core.download.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.phonemirror.core.download.fetch.FetchException;
import org.phonemirror.core.download.fetch.Reason;

/**
 * Files on the disk: whole ones by their digests, partial ones by the ids of their fetches. A whole
 * file comes into being by a move, so that nobody ever sees a part of it.
 */
final class ContentFiles {
  private static final int BUFFER = 64 * 1024;

  private final Path contents;
  private final Path partials;
  private final StoreSettings settings;
  private final StoreSettings.FreeSpace free;

  /** Of all files, whole and partial. */
  private final AtomicLong bytes = new AtomicLong();

  ContentFiles(StoreSettings settings, StoreSettings.FreeSpace free) throws IOException {
    this.settings = settings;
    this.free = free;
    Files.createDirectories(settings.directory());
    Files.setPosixFilePermissions(
        settings.directory(), PosixFilePermissions.fromString("rwx------"));
    contents = Files.createDirectories(settings.directory().resolve("content"));
    partials = Files.createDirectories(settings.directory().resolve("partial"));
  }

  /** Deletes what no row of the database knows, and counts the rest. */
  void recover(Set<String> digests, Set<Long> fetches) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(contents)) {
      for (Path file : files) {
        keepIf(digests.contains(file.getFileName().toString()), file);
      }
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(partials)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        keepIf(name.matches("\\d{1,18}") && fetches.contains(Long.parseLong(name)), file);
      }
    }
  }

  private void keepIf(boolean known, Path file) throws IOException {
    if (known) {
      bytes.addAndGet(Files.size(file));
    } else {
      Files.delete(file);
    }
  }

  Path content(String digest) {
    return contents.resolve(digest);
  }

  Path partial(long fetch) {
    return partials.resolve(Long.toString(fetch));
  }

  /**
   * Makes sure that a partial file may grow by so many bytes.
   *
   * @throws FetchException if there is no room
   */
  void requireRoom(long more) throws IOException {
    if (bytes.get() + more > settings.quotaBytes()) {
      throw FetchException.permanent(
          Reason.QUOTA, "the mirror server's cache is full; try again in some hours");
    }
    if (free.bytes() - more < settings.reserveBytes()) {
      throw diskFull(null);
    }
  }

  /** What a failed write means. */
  static IOException explain(IOException e) {
    String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return text.contains("no space left") || text.contains("quota exceeded") ? diskFull(e) : e;
  }

  private static FetchException diskFull(IOException cause) {
    return FetchException.permanent(
        Reason.DISK_FULL, "the mirror server's disk is full; try again in some hours", cause);
  }

  /** A partial file has grown, or shrunk. */
  void grown(long by) {
    bytes.addAndGet(by);
  }

  void deletePartial(long fetch) throws IOException {
    delete(partial(fetch));
  }

  void deleteContent(String digest) throws IOException {
    delete(content(digest));
  }

  private void delete(Path file) throws IOException {
    long size = Files.exists(file) ? Files.size(file) : 0;
    if (Files.deleteIfExists(file)) {
      bytes.addAndGet(-size);
    }
  }

  /** A partial file is whole; it has been synced. */
  void finish(long fetch, String digest) throws IOException {
    Path content = content(digest);
    if (Files.exists(content)) {
      deletePartial(fetch);
      return;
    }
    Files.move(partial(fetch), content, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory = FileChannel.open(contents, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** The SHA-256 of a file, in hexadecimal digits. */
  static String digest(Path file) throws IOException {
    MessageDigest sha256 = sha256();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        sha256.update(buffer, 0, count);
      }
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
