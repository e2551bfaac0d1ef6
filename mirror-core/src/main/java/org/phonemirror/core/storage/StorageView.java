package org.phonemirror.core.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Makes a directory of what is in a user storage image. Files have the image's names, contents and
 * times, but not its owners and modes: nothing in the view can be executed. A symbolic link is one
 * in the view too and may point anywhere on the host, and opening a pipe blocks: whoever reads the
 * view must not follow links, and must open regular files only.
 */
public final class StorageView {
  /** By holes and hard links, files may be longer than their image; by no more than this factor. */
  private static final int MOST_LENGTH = 16;

  private static final int MOST_DEPTH = 1000;
  private static final int PIPES_AT_ONCE = 200;
  private static final long MKFIFO_SECONDS = 10;

  private final Ext4Image image;
  private final Set<Long> directories = new HashSet<>();
  private long lengthLeft;

  private StorageView(Ext4Image image) {
    this.image = image;
    this.lengthLeft = image.bytes() * MOST_LENGTH;
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

  /**
   * Extracts a directory of a file system that may have been mounted when its machine stopped.
   *
   * @param disk is closed
   * @param directory its path from the file system's top, with slashes; empty for the top. No
   *     symbolic link is followed
   * @param target is made, and holds the view even if this fails half-way
   * @throws IOException as {@link #extract(Path, Path)}, or if there is no such directory
   */
  public static void extract(Disk disk, String directory, Path target) throws IOException {
    try (Ext4Image source = Ext4Image.open(disk, true)) {
      Ext4Image.Inode at = source.inode(Ext4Image.ROOT);
      for (String name : directory.split("/")) {
        if (!name.isEmpty()) {
          at = child(source, at, name, directory);
        }
      }
      new StorageView(source).directory(at, target, 0);
    }
  }

  private static Ext4Image.Inode child(
      Ext4Image image, Ext4Image.Inode parent, String name, String path) throws IOException {
    if (parent.kind() == Ext4Image.Kind.DIRECTORY) {
      for (Ext4Image.Entry entry : image.list(parent)) {
        if (entry.name().equals(name)) {
          return image.inode(entry.inode());
        }
      }
    }
    throw new IOException("storage has no directory '" + path + "': '" + name + "' is not there");
  }

  private void directory(Ext4Image.Inode directory, Path target, int depth) throws IOException {
    if (directory.kind() != Ext4Image.Kind.DIRECTORY
        || !directories.add(directory.number())
        || depth > MOST_DEPTH) {
      throw new IOException("storage image has a directory where there can't be one: " + target);
    }
    Files.createDirectory(target);
    List<Path> pipes = new ArrayList<>();
    for (Ext4Image.Entry entry : image.list(directory)) {
      Ext4Image.Inode inode = image.inode(entry.inode());
      Path path = resolve(target, entry.name());
      switch (inode.kind()) {
        case DIRECTORY -> directory(inode, path, depth + 1);
        case FILE -> file(inode, path);
        case LINK -> link(inode, path);
        case OTHER -> pipes.add(path);
      }
    }
    pipes(pipes);
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
    if (lengthLeft < 0) {
      throw new IOException("files in storage are too long to be shown, at last " + target);
    }
    try (FileChannel to =
        FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      image.copy(file, to);
    }
    setTime(target, file);
  }

  private void link(Ext4Image.Inode link, Path target) throws IOException {
    Files.createSymbolicLink(target, resolve(Path.of(""), image.target(link)));
  }

  /** Makes what stands for any kind that has no content: pipes, sockets, devices. */
  private static void pipes(List<Path> targets) throws IOException {
    for (int from = 0; from < targets.size(); from += PIPES_AT_ONCE) {
      List<String> command = new ArrayList<>(List.of("mkfifo", "--"));
      for (Path target : targets.subList(from, Math.min(from + PIPES_AT_ONCE, targets.size()))) {
        command.add(target.toString());
      }
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try {
        if (!process.waitFor(MKFIFO_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
          byte[] output = process.getInputStream().readNBytes(1000);
          throw new IOException(
              "can't make pipes: " + new String(output, StandardCharsets.UTF_8).strip());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      } finally {
        process.destroyForcibly();
      }
    }
  }

  private static void setTime(Path target, Ext4Image.Inode inode) throws IOException {
    Files.setLastModifiedTime(target, FileTime.from(inode.modified()));
  }
}
