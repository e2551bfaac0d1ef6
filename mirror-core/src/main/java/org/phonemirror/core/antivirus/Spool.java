package org.phonemirror.core.antivirus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contents that wait for clamd, each once, in files that are named by the SHA-256 that the
 * mirror said they have. On the file system of the mirrors' views they are hard links, elsewhere
 * copies. Whether they really have that hash is for their reader to find out.
 */
final class Spool {
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");
  private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
  private static final String COPYING = "copying";

  private final Path directory;
  private final long maxBytes;
  private final int maxFiles;
  private final Map<String, Long> sizes = new HashMap<>();
  private long bytes;

  private Spool(Path directory, long maxBytes, int maxFiles) {
    this.directory = directory;
    this.maxBytes = maxBytes;
    this.maxFiles = maxFiles;
  }

  /** What an earlier process has left is still there, but for a copy that it did not finish. */
  static Spool open(Path directory, long maxBytes, int maxFiles) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Spool spool = new Spool(directory, maxBytes, maxFiles);
    Files.deleteIfExists(directory.resolve(COPYING));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        if (NAME.matcher(file.getFileName().toString()).matches()) {
          spool.added(file.getFileName().toString(), Files.size(file));
        }
      }
    }
    return spool;
  }

  /** All contents. */
  synchronized List<String> contents() {
    return new ArrayList<>(sizes.keySet());
  }

  synchronized boolean holds(String sha256) {
    return sizes.containsKey(sha256);
  }

  synchronized int files() {
    return sizes.size();
  }

  synchronized long bytes() {
    return bytes;
  }

  /** Whether a content of this size can be taken now. */
  synchronized boolean hasRoom(long size) {
    return sizes.size() < maxFiles && bytes + size <= maxBytes;
  }

  /**
   * Takes a file.
   *
   * @param sha256 that its content has, as far as is known
   * @return whether there was room
   * @throws IOException if it is no regular file, or can't be read or kept
   */
  synchronized boolean take(Path file, String sha256) throws IOException {
    if (sizes.containsKey(sha256)) {
      return true;
    }
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw new IOException("it is no regular file any more");
    } else if (!hasRoom(attributes.size())) {
      return false;
    }
    if (!copy(file, directory.resolve(sha256), attributes.size())) {
      return false;
    }
    added(sha256, attributes.size());
    return true;
  }

  /** Whether there was room on the disk. */
  private boolean copy(Path file, Path kept, long size) throws IOException {
    Path copy = directory.resolve(COPYING);
    try {
      Files.copy(file, copy, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.REPLACE_EXISTING);
      Files.move(copy, kept, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException e) {
      Files.deleteIfExists(copy);
      if (Files.getFileStore(directory).getUsableSpace() > size) {
        throw e;
      }
      LOG.warn("the spool's disk is full, and what is to be scanned waits: {}", e.getMessage());
      return false;
    }
  }

  private void added(String sha256, long size) {
    sizes.put(sha256, size);
    bytes += size;
  }

  /** Opens a content, for as long as it takes even if it is removed meanwhile. */
  InputStream open(String sha256) throws IOException {
    return Channels.newInputStream(
        FileChannel.open(
            directory.resolve(sha256), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }

  /** Lets go of a content. */
  synchronized void remove(String sha256) throws IOException {
    Long size = sizes.remove(sha256);
    if (size != null) {
      bytes -= size;
      try {
        Files.delete(directory.resolve(sha256));
      } catch (NoSuchFileException e) {
        // gone by other hands: what counts is that it is
      }
    }
  }
}
