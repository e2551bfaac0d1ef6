package org.phonemirror.core.clone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.phonemirror.core.machine.FactoryStorage;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.store.StateFiles;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.StorageScope;

/**
 * A phone model's factory state, cut into chunks. What is in it is no secret, so that no phone need
 * prove that it has it.
 *
 * @param versions of its software that mirrors can run; empty if they are not known
 * @param scope what counts as user storage
 * @param digest of the user storage
 * @param chunks directory of its chunks
 */
record Factory(Set<String> versions, StorageScope scope, StorageDigest digest, Path chunks) {
  /**
   * Reads a model's.
   *
   * @param directory where chunks of all models are
   */
  static Factory read(String model, FactoryStorage source, Path directory) throws MachineException {
    StorageScope scope = source.storageScope(model);
    Set<String> versions = source.versions(model);
    return source.readFactory(
        model,
        top -> {
          StorageDigest digest = new StorageScanner(top, scope).scan(List.of());
          Path chunks = directory.resolve(model).resolve(hex(digest.root()));
          if (!Files.isDirectory(chunks)) {
            cut(top, chunks);
          }
          return new Factory(versions, scope, digest, chunks);
        });
  }

  private static void cut(Path top, Path chunks) throws IOException {
    Files.createDirectories(chunks.getParent());
    Path made = Files.createTempDirectory(chunks.getParent(), ".cut-");
    try {
      ChunkStore store = new ChunkStore(made, Optional.empty());
      try (Stream<Path> files =
          Files.walk(top).filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Copying.cut(file, store);
        }
      }
      Files.move(made, chunks);
    } finally {
      StateFiles.deleteTree(made);
    }
  }

  private static String hex(byte[] bytes) {
    return java.util.HexFormat.of().formatHex(bytes);
  }
}
