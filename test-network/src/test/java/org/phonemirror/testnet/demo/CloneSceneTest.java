package org.phonemirror.testnet.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.FactoryStorage;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.StorageScope;

/** What de-duplication saves of a first copy, by real requests. */
class CloneSceneTest {
  private static final InetSocketAddress ADDRESS = new InetSocketAddress("127.44.2.1", 8443);

  @TempDir Path directory;

  @Test
  void whatTheTemplateOrAnotherPhoneHasIsNotSent() throws Exception {
    Path factory = Files.createDirectories(directory.resolve("factory"));
    Files.createDirectory(factory.resolve("ringtones"));
    int own = 1_000_000;
    Files.write(factory.resolve("ringtones/loud"), CloneScene.random(100, own));
    try (CloneScene scene =
        new CloneScene(storage(factory), "model", directory.resolve("scene"), ADDRESS)) {
      Path moved = scene.phone("moved");
      Files.move(moved.resolve("ringtones/loud"), moved.resolve("louder"));
      CloneScene.Cost template = scene.copy(new Impu("sip:carol@ims.test"), moved);
      assertThat(template.storage().bytes()).isEqualTo(own);
      assertThat(template.sent()).as("%s", template).isLessThan(own / 20);

      CloneScene.Cost first =
          scene.copy(new Impu("sip:alice@ims.test"), scene.usedPhone("first", 11));
      assertThat(first.sent()).isBetween(first.storage().bytes() - own, first.storage().bytes());
      CloneScene.Cost second =
          scene.copy(new Impu("sip:bob@ims.test"), scene.usedPhone("second", 12));
      assertThat(second.sent()).isBetween(600_000L, 700_000L);
      assertThat(second.toString()).contains("7.2 MB", "at 708 kbps 7 s instead of 86 s");
    }
  }

  private static FactoryStorage storage(Path factory) {
    return new FactoryStorage() {
      @Override
      public <T> T readFactory(String phoneModel, Machine.StorageReader<T> reader)
          throws MachineException {
        try {
          return reader.read(factory);
        } catch (IOException e) {
          throw new MachineException(e.getMessage(), e);
        }
      }

      @Override
      public StorageScope storageScope(String phoneModel) {
        return StorageScope.ALL;
      }

      @Override
      public String software(String phoneModel) {
        return "";
      }
    };
  }
}
