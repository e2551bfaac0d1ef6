package org.phonemirror.core.clone;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.phonemirror.sync.CloneManifest;
import org.phonemirror.sync.StorageTree;

/**
 * A copy put together as a directory: names, contents and links. The manifest has checked that each
 * entry is in a directory of its own making.
 */
final class Stage {
  private Stage() {}

  /**
   * Makes the directory in place of what is there.
   *
   * @throws java.nio.file.NoSuchFileException if a chunk is not there
   */
  static void make(Path top, CloneManifest manifest, ChunkStore chunks) throws IOException {
    Durable.deleteTree(top);
    Files.createDirectories(top);
    for (CloneManifest.Entry entry : manifest.entries()) {
      Path path = top.resolve(entry.path());
      if (entry.kind() == StorageTree.Kind.DIRECTORY) {
        Files.createDirectory(path);
      } else if (entry.kind() == StorageTree.Kind.LINK) {
        Files.createSymbolicLink(path, Path.of(entry.target()));
      } else {
        try (OutputStream out = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW)) {
          for (CloneManifest.Chunk chunk : entry.chunks()) {
            out.write(chunks.read(chunk.id()));
          }
        }
      }
    }
  }
}
