package org.phonemirror.client.services;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * User storage as orders and notices name what is in it: by paths below its top, in which a name
 * that is not UTF-8 stands as {@link Path#toString} shows it.
 */
final class UserFiles {
  /** What a name that is not UTF-8 holds once it is text. */
  private static final char REPLACEMENT = '\ufffd';

  private static final int BUFFER_BYTES = 64 * 1024;

  private final Path top;

  /**
   * What a file held when it was read.
   *
   * @param sha256 in lower-case hexadecimal digits
   */
  record Content(long size, String sha256, long modifiedMicros) {}

  UserFiles(Path top) {
    this.top = top;
  }

  Path top() {
    return top;
  }

  /**
   * How orders name a file.
   *
   * @throws IOException if it is not in user storage
   */
  String name(Path file) throws IOException {
    Path absolute = file.toAbsolutePath().normalize();
    Path storage = top.toAbsolutePath().normalize();
    if (!absolute.startsWith(storage)) {
      throw new OrderException(
          OrderException.Reason.NOT_IN_STORAGE,
          "'" + file + "' is not in user storage, which is " + storage);
    }
    List<String> names = new ArrayList<>();
    for (Path name : storage.relativize(absolute)) {
      names.add(name.toString());
    }
    return String.join("/", names);
  }

  /**
   * The file of that name, which need not be there. Goes through no symbolic link.
   *
   * @throws IOException if the path leads out of user storage, or could be any of several files
   */
  Path find(String path) throws IOException {
    Path at = top;
    String[] names = path.split("/", -1);
    for (int i = 0; i < names.length; i++) {
      String name = names[i];
      if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\0') >= 0) {
        throw new OrderException(
            OrderException.Reason.NOT_IN_STORAGE, "'" + path + "' is not a path in user storage");
      }
      at = name.indexOf(REPLACEMENT) < 0 ? child(at, name) : garbled(at, name);
      if (i < names.length - 1 && !Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
        throw new NoSuchFileException(path);
      }
    }
    return at;
  }

  private static Path child(Path directory, String name) throws IOException {
    try {
      return directory.resolve(name);
    } catch (InvalidPathException e) {
      throw new OrderException(
          OrderException.Reason.NOT_IN_STORAGE,
          "'" + name + "' can't be a name here: " + e.getMessage(),
          e);
    }
  }

  private static Path garbled(Path directory, String name) throws IOException {
    List<Path> matches = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (entry.getFileName().toString().equals(name)) {
          matches.add(entry);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    if (matches.isEmpty()) {
      throw new NoSuchFileException(name);
    }
    if (matches.size() > 1) {
      throw new OrderException(
          OrderException.Reason.SEVERAL_FILES,
          "several files are called '" + name + "'; give them other names");
    }
    return matches.get(0);
  }

  /**
   * Reads a regular file.
   *
   * @throws IOException if it is not one, or is written to meanwhile
   */
  static Content content(Path file) throws IOException {
    BasicFileAttributes before = attributes(file);
    if (!before.isRegularFile()) {
      throw new OrderException(
          OrderException.Reason.NOT_A_FILE, "'" + file.getFileName() + "' is not a file");
    }
    String hash = sha256(file);
    BasicFileAttributes after = attributes(file);
    if (!same(before, after)) {
      throw new OrderException(
          OrderException.Reason.BEING_WRITTEN, "'" + file.getFileName() + "' is being written");
    }
    return new Content(before.size(), hash, before.lastModifiedTime().to(TimeUnit.MICROSECONDS));
  }

  /** Whether a file looks as it did when it was read. */
  static boolean isStill(Path file, Content content) throws IOException {
    BasicFileAttributes now = attributes(file);
    return now.isRegularFile()
        && now.size() == content.size
        && now.lastModifiedTime().to(TimeUnit.MICROSECONDS) == content.modifiedMicros;
  }

  private static boolean same(BasicFileAttributes one, BasicFileAttributes other) {
    return one.size() == other.size() && one.lastModifiedTime().equals(other.lastModifiedTime());
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** Digest of a file's content, in lower-case hexadecimal digits. */
  static String sha256(Path file) throws IOException {
    MessageDigest hash;
    try {
      hash = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hash.update(buffer, 0, n);
      }
    }
    StringBuilder text = new StringBuilder();
    for (byte b : hash.digest()) {
      text.append(Character.forDigit((b >> 4) & 15, 16)).append(Character.forDigit(b & 15, 16));
    }
    return text.toString();
  }
}
