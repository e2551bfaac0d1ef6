package org.phonemirror.core.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.phonemirror.core.store.StateFiles;

/**
 * The files of an Android Virtual Device: a directory with its configuration, disk images and
 * snapshots. Its images name those that they build on relative to their own place or in the SDK, so
 * that it may be copied to any place. Times go with the files, as the emulator takes a snapshot for
 * stale when an image has another than when it was saved.
 */
final class AvdFiles {
  private static final String LOCK = ".lock";
  private static final int MAX_FILES = 10_000;

  /** What files of an AVD are called in a directory without subdirectories. */
  static final String PREFIX = "avd.";

  private AvdFiles() {}

  /** All regular files below an AVD, relative to it; locks and sockets are left out. */
  static List<Path> list(Path avd) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(avd)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        Path file = avd.relativize(each);
        if (Files.isSymbolicLink(each)) {
          throw new IOException(each + " is a link: an AVD must have its files itself");
        }
        if (Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS) && !isLock(file)) {
          files.add(file);
        }
        if (files.size() > MAX_FILES) {
          throw new IOException(avd + " has more than " + MAX_FILES + " files");
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    files.sort(null);
    return files;
  }

  private static boolean isLock(Path file) {
    for (Path name : file) {
      if (name.toString().endsWith(LOCK)) {
        return true;
      }
    }
    return false;
  }

  /** Copies an AVD to a directory, which is made. */
  static void copy(Path avd, Path to) throws IOException {
    Files.createDirectories(to);
    for (Path file : list(avd)) {
      copyFile(avd.resolve(file), to.resolve(file));
    }
  }

  private static void copyFile(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    StateFiles.copySparse(from, to);
    Files.setLastModifiedTime(to, Files.getLastModifiedTime(from));
  }

  /**
   * Copies an AVD's files into a directory without subdirectories.
   *
   * @return their names there
   */
  static List<String> pack(Path avd, Path to) throws IOException {
    List<String> names = new ArrayList<>();
    for (Path file : list(avd)) {
      String name = PREFIX + URLEncoder.encode(file.toString(), StandardCharsets.UTF_8);
      copyFile(avd.resolve(file), to.resolve(name));
      names.add(name);
    }
    return names;
  }

  /** Makes an AVD of files that {@link #pack} named. */
  static void unpack(Path from, Iterable<String> names, Path avd) throws IOException {
    Files.createDirectories(avd);
    for (String name : names) {
      String file = URLDecoder.decode(name.substring(PREFIX.length()), StandardCharsets.UTF_8);
      copyFile(from.resolve(name), avd.resolve(file));
    }
  }
}
