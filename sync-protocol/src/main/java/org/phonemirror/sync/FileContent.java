package org.phonemirror.sync;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The hash of what a file held when it was read, with what tells whether the file is still the
 * same.
 */
public final class FileContent {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final long size;
  private final long modifiedMicros;
  private final Object key;
  private final byte[] hash;

  FileContent(BasicFileAttributes attributes, byte[] hash) {
    this.size = attributes.size();
    this.modifiedMicros = modifiedMicros(attributes);
    this.key = attributes.fileKey();
    this.hash = hash;
  }

  /**
   * Reads a file, which may be large.
   *
   * @return empty if it is no regular file, or was or may have been written meanwhile
   * @throws IOException if it can't be read
   */
  public static Optional<FileContent> read(Path file) throws IOException {
    long freshMicros = System.currentTimeMillis() * 1000 - StorageScanner.SETTLE_MICROS;
    BasicFileAttributes before = attributes(file);
    if (!before.isRegularFile() || !isKnowable(before, freshMicros)) {
      return Optional.empty();
    }
    FileContent content = new FileContent(before, hash(file));
    return content.isOf(attributes(file)) ? Optional.of(content) : Optional.empty();
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  static byte[] hash(Path file) throws IOException {
    MessageDigest hash = sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hash.update(buffer, 0, n);
      }
    }
    return hash.digest();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static long modifiedMicros(BasicFileAttributes attributes) {
    return attributes.lastModifiedTime().to(TimeUnit.MICROSECONDS);
  }

  /** Whether a file's time would tell if it were written once more. */
  static boolean isKnowable(BasicFileAttributes attributes, long freshMicros) {
    return modifiedMicros(attributes) < freshMicros && attributes.fileKey() != null;
  }

  boolean isOf(BasicFileAttributes attributes) {
    return size == attributes.size()
        && modifiedMicros == modifiedMicros(attributes)
        && key.equals(attributes.fileKey());
  }

  byte[] hash() {
    return hash;
  }
}
