package org.phonemirror.client.services;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Puts on the medium what was done to a directory. */
final class Durable {
  private Durable() {}

  /** On return renames into and out of the directory are on the medium. */
  static void sync(Path directory) throws IOException {
    try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }
}
