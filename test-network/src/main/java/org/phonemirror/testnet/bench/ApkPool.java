package org.phonemirror.testnet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.phonemirror.testnet.demo.StorageImage;

/**
 * Real Android packages, out of packages of npm, which are fetched once; where there is no npm, zip
 * files that are made up.
 */
public final class ApkPool {
  private static final List<String> PACKAGES =
      Stream.concat(
              Stream.of("android-apidemos@5.0.0", "io.appium.settings@5.12.1"),
              Stream.of(
                      "4.21.1", "4.27.0", "5.0.0", "5.5.1", "5.8.0", "5.12.1", "5.15.3", "6.0.1",
                      "6.0.9", "7.0.10", "7.1.3", "7.4.0", "8.1.2", "9.1.1", "9.11.1", "10.4.0")
                  .map(version -> "appium-uiautomator2-server@" + version))
          .toList();

  private static final long FETCH_MINUTES = 5;
  private static final int MADE_UP_BYTES = 4_000_000;
  private static final int ENTRY_BYTES = 40_000;

  private final List<Path> files = new ArrayList<>();
  private long bytes;
  private String kind = "APK files of npm packages";

  private ApkPool() {}

  /**
   * {@code ApkPool CACHE FOLDER MEGABYTES}: makes a folder of so many packages, unless it is there.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length != 3) {
      throw new IllegalArgumentException("usage: ApkPool CACHE FOLDER MEGABYTES");
    }
    Path folder = Path.of(args[1]);
    if (Files.isDirectory(folder)) {
      System.out.println(folder + " is there");
      return;
    }
    long size = Long.parseLong(args[2]) * 1_000_000;
    ApkPool pool = in(Path.of(args[0]), size + size / 20);
    Path aside = folder.resolveSibling(folder.getFileName() + ".part");
    StorageImage.clear(aside);
    pool.fill(aside, size);
    Files.move(aside, folder);
    System.out.println(folder + ": " + pool.kind);
  }

  /** With at least so many bytes, kept in a directory from one time to the next. */
  static ApkPool in(Path cache, long enough) throws IOException, InterruptedException {
    ApkPool pool = new ApkPool();
    for (String name : PACKAGES) {
      if (pool.bytes < enough) {
        pool.addAll(fetched(cache.resolve(name), name));
      }
    }
    if (pool.bytes < enough) {
      pool.kind =
          pool.files.isEmpty()
              ? "zip files that were made up, as npm gave nothing"
              : "APK files of npm packages, and zip files that were made up, as npm gave too few";
      pool.makeUp(cache.resolve("made-up"), enough);
    }
    return pool;
  }

  private static Path fetched(Path directory, String name)
      throws IOException, InterruptedException {
    if (!Files.isDirectory(directory)) {
      Path aside = Files.createDirectories(directory.resolveSibling(name + ".part"));
      boolean fetched =
          run(aside, "npm", "pack", "--silent", name)
              && run(aside, "sh", "-c", "tar -xzf *.tgz && rm *.tgz");
      if (!fetched) {
        return aside; // what came of it is used this time, and fetched again the next
      }
      Files.move(aside, directory);
    }
    return directory;
  }

  private static boolean run(Path directory, String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(FETCH_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        return false;
      }
      return process.exitValue() == 0;
    } catch (IOException e) {
      return false; // not installed
    }
  }

  private void addAll(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(path -> path.toString().endsWith(".apk")).sorted().toList()) {
        files.add(file);
        bytes += Files.size(file);
      }
    }
  }

  private void makeUp(Path directory, long enough) throws IOException {
    Files.createDirectories(directory);
    for (int number = 0; bytes < enough; number++) {
      Path file = directory.resolve(number + ".apk");
      Random random = new Random(number);
      try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
        byte[] content = new byte[ENTRY_BYTES];
        for (int entry = 0; entry < MADE_UP_BYTES / ENTRY_BYTES; entry++) {
          random.nextBytes(content);
          zip.putNextEntry(new ZipEntry("res/" + entry));
          zip.write(content);
        }
      }
      files.add(file);
      bytes += Files.size(file);
    }
  }

  /** What is in it, for people. */
  String kind() {
    return kind;
  }

  /** Fills a new directory with copies up to a size, as near to it as whole files come. */
  void fill(Path directory, long size) throws IOException {
    Files.createDirectories(directory);
    long filled = 0;
    for (int i = 0; i < files.size(); i++) {
      long length = Files.size(files.get(i));
      if (filled + length <= size) {
        Files.copy(files.get(i), directory.resolve(i + "-" + files.get(i).getFileName()));
        filled += length;
      }
    }
  }
}
