package org.phonemirror.core.emulator;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * A copy of user storage as Android told it: its tar, which has times in seconds only, and where
 * there is one the list of the times. Nothing in it is trusted: a guest says in it what it likes.
 *
 * @param tar an archive
 * @param times {@code find}'s {@code %T@ %p} of each regular file, with a zero byte after each; may
 *     be missing
 */
record StoredTree(Path tar, Path times) {
  static final String TAR = "storage.tar";
  static final String TIMES = "storage.times";
  static final List<String> FILES = List.of(TAR, TIMES);
  static final int MAX_ENTRIES = 1_000_000;
  static final int MAX_NAME_BYTES = 8192;

  private static final int BUFFER = 64 * 1024;
  private static final int MICRO_DIGITS = 6;

  static StoredTree in(Path directory) {
    return new StoredTree(directory.resolve(TAR), directory.resolve(TIMES));
  }

  /**
   * Makes a directory with its directories, regular files and links.
   *
   * @throws IOException if it is too large, or tells names that lead out of it
   */
  void show(Path directory, long maxBytes) throws IOException {
    Files.createDirectory(directory);
    List<TarArchiveEntry> directories = new ArrayList<>();
    List<TarArchiveEntry> links = new ArrayList<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(tar), BUFFER)) {
      extract(in, directory, maxBytes, directories, links);
    } catch (IllegalArgumentException e) {
      throw new IOException("storage can't be read: " + e.getMessage(), e);
    }
    if (Files.exists(times)) {
      try (InputStream in = new BufferedInputStream(Files.newInputStream(times), BUFFER)) {
        setTimes(in, directory);
      }
    }
    // no name can lead through a link that is not there yet
    for (TarArchiveEntry link : links) {
      Files.createSymbolicLink(inside(directory, link.getName()), target(link));
    }
    for (TarArchiveEntry each : directories) {
      Files.setLastModifiedTime(inside(directory, each.getName()), each.getLastModifiedTime());
    }
  }

  private static void extract(
      InputStream tar,
      Path directory,
      long maxBytes,
      List<TarArchiveEntry> directories,
      List<TarArchiveEntry> links)
      throws IOException {
    long left = maxBytes;
    int entries = 0;
    TarArchiveInputStream in = new TarArchiveInputStream(tar, "UTF-8");
    for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
      Path target = inside(directory, entry.getName());
      left -= entry.getSize();
      if (left < 0 || ++entries > MAX_ENTRIES) {
        throw new IOException(
            "storage holds more than " + maxBytes + " bytes or " + MAX_ENTRIES + " files");
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
        throw new IOException("storage has '" + entry.getName() + "', which is no file");
      }
    }
  }

  /** The library's own {@code isFile} is true of devices, too. */
  private static boolean isRegular(TarArchiveEntry entry) {
    return entry.getLinkFlag() == TarConstants.LF_NORMAL
        || entry.getLinkFlag() == TarConstants.LF_OLDNORM;
  }

  private static void setTimes(InputStream in, Path directory) throws IOException {
    byte[] text = new byte[MAX_NAME_BYTES];
    int length = 0;
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b == 0) {
        setTime(new String(text, 0, length, StandardCharsets.UTF_8), directory);
        length = 0;
      } else if (length < text.length) {
        text[length++] = (byte) b;
      } else {
        throw new IOException("storage has a name of more than " + text.length + " bytes");
      }
    }
    if (length > 0) {
      throw new EOFException("the list of the storage's times ends within a name");
    }
  }

  private static void setTime(String line, Path directory) throws IOException {
    int blank = Math.max(0, line.indexOf(' '));
    String time = line.substring(0, blank);
    if (!time.matches("-?\\d{1,11}(\\.\\d{1,10})?")) {
      throw new IOException("the storage's time '" + line + "' can't be read");
    }
    Path file = inside(directory, line.substring(blank + 1));
    // what came since the tar was made is not there
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      long micros = new BigDecimal(time).movePointRight(MICRO_DIGITS).longValue();
      Files.setLastModifiedTime(file, FileTime.from(micros, TimeUnit.MICROSECONDS));
    }
  }

  private static Path inside(Path directory, String name) throws IOException {
    try {
      Path target = directory.resolve(name).normalize();
      if (!Path.of(name).isAbsolute() && target.startsWith(directory)) {
        return target;
      }
    } catch (InvalidPathException e) {
      throw new IOException("storage has an entry that no file can be named", e);
    }
    throw new IOException("storage has an entry named '" + name + "'");
  }

  private static Path target(TarArchiveEntry link) throws IOException {
    try {
      return Path.of(link.getLinkName());
    } catch (InvalidPathException e) {
      throw new IOException("storage's link '" + link.getName() + "' leads nowhere", e);
    }
  }
}
