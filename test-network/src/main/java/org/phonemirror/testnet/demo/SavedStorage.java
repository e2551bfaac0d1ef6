package org.phonemirror.testnet.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.phonemirror.core.qemu.StoredImage;

/** The user storage that a mirror's newest checkpoint holds. */
public final class SavedStorage {
  private SavedStorage() {}

  /**
   * Unpacks it into an image, which is replaced if there is one.
   *
   * @param state the server's state directory
   * @param name how the mirror's directory in it begins
   * @return the image
   * @throws IOException if there is no checkpoint
   */
  public static Path unpack(Path state, String name, Path image) throws IOException {
    try (Stream<Path> all = Files.walk(state.resolve("mirrors"))) {
      Path newest =
          all.filter(path -> path.endsWith("storage") && isOf(path, name))
              .max(Comparator.comparing(path -> path.getParent().getFileName()))
              .orElseThrow(() -> new IOException("the mirror " + name + " has no checkpoint"));
      Files.deleteIfExists(image);
      StoredImage.read(newest, image);
      return image;
    }
  }

  /** MIRROR/checkpoints/NUMBER-POSITION/storage, the number with leading zeros. */
  private static boolean isOf(Path storage, String name) {
    Path checkpoints = storage.getParent().getParent();
    return checkpoints.endsWith("checkpoints")
        && checkpoints.getParent().getFileName().toString().startsWith(name);
  }
}
