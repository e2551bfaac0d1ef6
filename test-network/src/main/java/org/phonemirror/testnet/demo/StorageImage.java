package org.phonemirror.testnet.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.phonemirror.core.storage.StorageView;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.StorageScope;

/** User storage as its image holds it, with neither the server's nor the phone's word for it. */
public final class StorageImage {
  private StorageImage() {}

  /** Reads a directory that can be read during the call. */
  @FunctionalInterface
  public interface Reader<T> {
    T read(Path userStorage) throws IOException;
  }

  /** Shows what is in an image that nobody writes to. */
  public static <T> T read(Path image, Reader<T> reader) throws IOException {
    try (StorageView view = StorageView.open(image)) {
      return reader.read(view.top());
    }
  }

  /** Copies what is in an image to a new directory: directories, regular files and links. */
  public static void copy(Path image, Path directory) throws IOException {
    try (StorageView view = StorageView.open(image);
        Stream<Path> all = Files.walk(view.top())) {
      for (Path path : (Iterable<Path>) all::iterator) {
        Path target = directory.resolve(view.top().relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectory(target);
        } else if (Files.isSymbolicLink(path)) {
          Files.createSymbolicLink(target, Path.of(Files.readSymbolicLink(path).toString()));
        } else if (Files.isRegularFile(path)) {
          Files.copy(path, target);
        }
      }
    }
  }

  /** The digest of the user storage in an image. */
  public static StorageDigest digest(Path image, StorageScope scope) throws IOException {
    return read(image, view -> new StorageScanner(view, scope).scan(List.of()));
  }

  /** Deletes a directory and all in it; fine if there is none. */
  public static void clear(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path path : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
          Files.delete(path);
        }
      }
    }
  }
}
