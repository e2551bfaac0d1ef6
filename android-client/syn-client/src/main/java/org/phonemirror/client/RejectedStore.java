package org.phonemirror.client;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Keeps the latest messages that the server called malformed, for whoever looks into it. */
final class RejectedStore {
  private static final int KEPT = 32;

  private final Path directory;

  RejectedStore(Path directory) {
    this.directory = directory;
  }

  /** Keeps a message, named by its sequence number, and forgets the oldest beyond the limit. */
  Path keep(long sequence, byte[] message) throws IOException {
    Files.createDirectories(directory);
    List<Path> kept = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.message")) {
      for (Path file : files) {
        kept.add(file);
      }
    }
    kept.sort(null);
    for (int i = 0; i <= kept.size() - KEPT; i++) {
      Files.deleteIfExists(kept.get(i));
    }
    Path file = directory.resolve(String.format("%019d.message", sequence));
    Files.write(file, message);
    return file;
  }
}
