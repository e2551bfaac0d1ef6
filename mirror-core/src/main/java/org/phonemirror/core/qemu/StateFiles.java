package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Copies, syncs and deletes files so that a crash leaves the old state or the new, never half. */
public final class StateFiles {
  private static final Duration COPY_TIME = Duration.ofMinutes(5);

  private static final int DELETE_ATTEMPTS = 20;

  private StateFiles() {}

  /**
   * Copies a file with its holes, sharing its blocks where the file system can. What was written of
   * the copy is deleted if it fails.
   *
   * @throws IOException naming both files
   */
  public static void copySparse(Path from, Path to) throws IOException {
    List<String> command =
        List.of("cp", "--sparse=auto", "--reflink=auto", "--", from.toString(), to.toString());
    try {
      run(command);
    } catch (IOException e) {
      Files.deleteIfExists(to);
      throw new IOException("can't copy " + from + " to " + to + ": " + e.getMessage(), e);
    }
  }

  private static void run(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(COPY_TIME.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException(command.get(0) + " did not end in " + COPY_TIME);
      }
      if (process.exitValue() != 0) {
        byte[] output = process.getInputStream().readNBytes(1000);
        throw new IOException(new String(output, StandardCharsets.UTF_8).strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Replaces a small file at once. */
  public static void replace(Path file, String text) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    sync(file.toAbsolutePath().getParent());
  }

  /** Brings a directory's files to the disk, then gives it its name. */
  static void publish(Path directory, Path name) throws IOException {
    try (var files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        sync(file);
      }
    }
    sync(directory);
    Files.move(directory, name, StandardCopyOption.ATOMIC_MOVE);
    sync(name.toAbsolutePath().getParent());
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Deletes a directory and all in it; fine if there is none, or somebody else deletes it too. */
  public static void deleteTree(Path top) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        deleteOnce(top);
        return;
      } catch (DirectoryNotEmptyException e) {
        // a machine that is being ended has just made a file; it can't make many
        if (attempt == DELETE_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static void deleteOnce(Path top) throws IOException {
    if (!Files.exists(top, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            if (failure != null && !(failure instanceof NoSuchFileException)) {
              throw failure;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
