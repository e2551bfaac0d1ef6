package org.phonemirror.core.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.download.MirrorCopy;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.Machine.StorageReader;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.service.MirrorView;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;

/** A reference phone's mirror is given a big file that its phone has stored. */
class CopyOnGuestTest {
  private static final long BOOT = 1_767_600_000_000_000L;
  private static final int SIZE = 20_000_000;

  @TempDir private static Path templates;
  @TempDir private Path state;
  @TempDir private Path directory;

  @Test
  void aBigFileIsStored() throws Exception {
    TestTemplate.buildIn(templates);
    byte[] random = new byte[SIZE];
    new Random(1).nextBytes(random);
    Path content = Files.write(directory.resolve("content"), random);
    try (QemuDriver driver = new QemuDriver(templates, state, QemuSettings.defaults());
        Machine machine = driver.start(driver.create("m", TestTemplate.MODEL), 1)) {
      machine.powerOn(BOOT);
      MirrorView mirror = new View(machine);
      assertThat(new MirrorCopy(mirror, "home/got/film.mp4", BOOT).write(content)).isEmpty();
      assertThat(new MirrorCopy(mirror, "home/got/film.mp4", BOOT).write(content))
          .as("again")
          .isEmpty();
      assertThat(new MirrorCopy(mirror, "home/got", BOOT).write(content))
          .as("a directory is in the way")
          .isNotEmpty();
      assertThat(
              machine.<Boolean>readStorage(
                  top -> {
                    assertThat(top.resolve("home/got/film.mp4")).hasBinaryContent(random);
                    return true;
                  }))
          .isTrue();
      machine.powerOff(BOOT + 1_000_000);
    }
  }

  private record View(Machine machine) implements MirrorView {
    @Override
    public Impu subscriber() {
      return new Impu("sip:alice@ims.test");
    }

    @Override
    public MirrorProfile profile() {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> T readStorage(StorageReader<T> reader) throws MachineException {
      return machine.readStorage(reader);
    }

    @Override
    public List<String> write(List<StorageWrite> changes) throws MachineException {
      return machine.write(changes);
    }
  }
}
