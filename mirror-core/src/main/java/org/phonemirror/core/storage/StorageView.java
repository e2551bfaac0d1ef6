package org.phonemirror.core.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Makes a directory of what is in a user storage image. Files have the image's names, contents and
 * times, but not its owners and modes: nothing in the view can be executed. A symbolic link is one
 * in the view too and may point anywhere on the host: whoever reads the view must not follow links.
 */
public final class StorageView {
  /** A file may have holes, but all of them together no more than this many times the image. */
  private static final int MOST_HOLES = 16;

  private static final int MOST_DEPTH = 1000;
  private static final long MKFIFO_SECONDS = 10;

  private final Ext4Image image;
  private final Set<Long> directories = new HashSet<>();
  private long bytesLeft;
  private long lengthLeft;

  private StorageView(Ext4Image image) {
    this.image = image;
    this.bytesLeft = image.bytes();
    this.lengthLeft = image.bytes() * MOST_HOLES;
  }

  /**
   * Extracts all of an image.
   *
   * @param image holds an ext4 file system, frozen or unmounted
   * @param target is made, and holds the view even if this fails half-way
   * @throws IOException if the image can't be read, the view can't be written, or the image holds
   *     what no kernel writes: a file system so damaged, or so forged, is not shown in part
   */
  public static void extract(Path image, Path target) throws IOException {
    try (Ext4Image source = Ext4Image.open(image)) {
      new StorageView(source).directory(source.inode(Ext4Image.ROOT), target, 0);
    }
  }

  private void directory(Ext4Image.Inode directory, Path target, int depth) throws IOException {
    if (directory.kind() != Ext4Image.Kind.DIRECTORY
        || !directories.add(directory.number())
        || depth > MOST_DEPTH) {
      throw new IOException("storage image has a directory where there can't be one: " + target);
    }
    Files.createDirectory(target);
    for (Ext4Image.Entry entry : image.list(directory)) {
      Ext4Image.Inode inode = image.inode(entry.inode());
      Path path = resolve(target, entry.name());
      switch (inode.kind()) {
        case DIRECTORY -> directory(inode, path, depth + 1);
        case FILE -> file(inode, path);
        case LINK -> link(inode, path);
        case OTHER -> pipe(path);
      }
    }
    setTime(target, directory);
  }

  private static Path resolve(Path directory, String name) throws IOException {
    try {
      return directory.resolve(name);
    } catch (InvalidPathException e) {
      throw new IOException(
          "this Java can't write the file name '"
              + name
              + "': start it in a UTF-8 locale, such as LANG=C.UTF-8",
          e);
    }
  }

  private void file(Ext4Image.Inode file, Path target) throws IOException {
    lengthLeft -= file.size();
    if (file.size() > image.bytes() * MOST_HOLES || lengthLeft < 0) {
      throw new IOException("files in storage are too long to be shown, at last " + target);
    }
    try (FileChannel to =
        FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      bytesLeft -= image.copy(file, to, bytesLeft);
    }
    setTime(target, file);
  }

  private void link(Ext4Image.Inode link, Path target) throws IOException {
    Files.createSymbolicLink(target, resolve(Path.of(""), image.target(link)));
  }

  /** Stands for any kind that has no content: pipes, sockets, devices. */
  private static void pipe(Path target) throws IOException {
    Process process =
        new ProcessBuilder(List.of("mkfifo", "--", target.toString()))
            .redirectErrorStream(true)
            .start();
    try {
      if (!process.waitFor(MKFIFO_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        byte[] output = process.getInputStream().readNBytes(1000);
        throw new IOException(
            "can't make the pipe "
                + target
                + ": "
                + new String(output, StandardCharsets.UTF_8).strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static void setTime(Path target, Ext4Image.Inode inode) throws IOException {
    Files.setLastModifiedTime(target, FileTime.from(inode.modified()));
  }
}
