package org.phonemirror.core.store;

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
import org.phonemirror.core.program.Program;

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
      Program.run(command, "", COPY_TIME);
    } catch (IOException e) {
      Files.deleteIfExists(to);
      throw e;
    }
  }

  /** Replaces a small file at once, by this text in UTF-8. */
  public static void replace(Path file, String text) throws IOException {
    replace(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Replaces a small file at once. */
  public static void replace(Path file, byte[] content) throws IOException {
    replaceContent(file, content);
    sync(file.toAbsolutePath().getParent());
  }

  /** The same, but the name is durable only when its directory is synced: for many of them. */
  public static void replaceContent(Path file, byte[] content) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel out =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      write(out, content, 0);
      out.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Makes a file have these bytes at the offset, and end with them. */
  public static void append(Path file, int offset, byte[] content) throws IOException {
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      write(out, content, offset);
      out.truncate(offset + (long) content.length);
      out.force(true);
    }
  }

  private static void write(FileChannel out, byte[] content, long offset) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(content);
    while (buffer.hasRemaining()) {
      out.write(buffer, offset + buffer.position());
    }
  }

  /** Brings a directory's files to the disk, then gives it its name. */
  public static void publish(Path directory, Path name) throws IOException {
    try (var files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        sync(file);
      }
    }
    sync(directory);
    Files.move(directory, name, StandardCopyOption.ATOMIC_MOVE);
    sync(name.toAbsolutePath().getParent());
  }

  /** Brings a file, or the names in a directory, to the disk. */
  public static void sync(Path path) throws IOException {
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
