package org.phonemirror.core.clone;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.phonemirror.sync.CloneManifest.Chunk;

/**
 * One subscriber's chunks, each a file that its SHA-256 names. A chunk that is elsewhere too is a
 * hard link: nothing has to be counted, and whoever deletes theirs takes nothing from the others.
 */
final class ChunkStore {
  private final Path own;
  private final Optional<Path> shared;

  /**
   * In directories of one file system.
   *
   * @param own of the subscriber
   * @param shared by all subscribers; empty if nothing is
   */
  ChunkStore(Path own, Optional<Path> shared) {
    this.own = own;
    this.shared = shared;
  }

  private static Path file(Path directory, byte[] id) {
    String name = HexFormat.of().formatHex(id);
    return directory.resolve(name.substring(0, 2)).resolve(name);
  }

  boolean has(byte[] id) {
    return Files.isRegularFile(file(own, id));
  }

  /**
   * A chunk's content.
   *
   * @throws NoSuchFileException if it is not there, or was damaged; it is not there any more then
   */
  byte[] read(byte[] id) throws IOException {
    Path file = file(own, id);
    byte[] content = Files.readAllBytes(file);
    if (!java.util.Arrays.equals(Chunk.id(content), id)) {
      Files.delete(file);
      throw new NoSuchFileException(file + " was damaged");
    }
    return content;
  }

  /** Takes contents, durably. */
  void put(List<byte[]> contents) throws IOException {
    Set<Path> touched = new HashSet<>();
    for (byte[] content : contents) {
      byte[] id = Chunk.id(content);
      Path file = file(own, id);
      touched.add(Files.createDirectories(file.getParent()));
      Durable.replace(file, content);
      if (shared.isPresent()) {
        link(file, file(shared.get(), id));
      }
    }
    for (Path directory : touched) {
      Durable.syncDirectory(directory);
    }
    Durable.syncDirectory(own);
  }

  /** Takes a chunk from those of a directory that anyone may know, if it is there. */
  boolean adopt(Path open, Chunk chunk) throws IOException {
    Path file = file(open, chunk.id());
    if (!Files.isRegularFile(file)) {
      return false;
    }
    if (!java.util.Arrays.equals(Chunk.id(Files.readAllBytes(file)), chunk.id())) {
      Files.delete(file); // damaged: the phone sends it
      return false;
    }
    return link(file, file(own, chunk.id()));
  }

  /**
   * Takes a chunk from the shared ones if it is there, and whoever named it has proved to have it:
   * so nobody learns from the answer what they don't have themselves.
   */
  boolean adoptShared(Chunk chunk, byte[] nonce) throws IOException {
    if (shared.isEmpty()) {
      return false;
    }
    Path file = file(shared.get(), chunk.id());
    try {
      return chunk.proves(Files.readAllBytes(file), nonce) && link(file, file(own, chunk.id()));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static boolean link(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try {
      Files.createLink(to, from);
      Durable.syncDirectory(to.getParent());
    } catch (FileAlreadyExistsException e) {
      // the content is the same
    }
    return true;
  }

  /** Deletes the subscriber's chunks, and of the shared ones those that nobody else has. */
  void delete() throws IOException {
    if (shared.isPresent() && Files.isDirectory(own)) {
      try (Stream<Path> files = Files.walk(own).filter(Files::isRegularFile)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          String name = file.getFileName().toString();
          if (name.length() == 64) { // none that was being written
            Path common = file(shared.get(), HexFormat.of().parseHex(name));
            Files.delete(file);
            if (Files.isRegularFile(common)
                && ((Number) Files.getAttribute(common, "unix:nlink")).intValue() == 1) {
              Files.delete(common);
            }
          }
        }
      }
    }
    Durable.deleteTree(own);
  }
}
