package org.phonemirror.core.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.phonemirror.core.upload.UploadWorld.ALICE;
import static org.phonemirror.core.upload.UploadWorld.send;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.store.SmallDisk;

/** The relay's disk has no space for a while. */
class FullDiskTest {
  private static final String BOB = "mailto:bob@mail.example";
  private static final String CAROL = "mailto:carol@mail.example";

  @TempDir Path directory;
  private final Script script = new Script();

  @Test
  void nothingIsLostAndItGoesOnByItself() throws Exception {
    try (SmallDisk disk = SmallDisk.at(directory.resolve("small"), 4_000);
        UploadWorld world = new UploadWorld(directory, disk.top().resolve("relay"))) {
      world.limits = new UploadSettings.Limits(100, 1_000_000, 2_000_000, 8, 2_000_000, 0);
      world.carriers.put(Recipient.Kind.MAIL, script);
      world.open();
      script.answers(BOB, Outcome.Later.unknown("down"));
      byte[] first = world.write(ALICE, "first", 30_000);
      byte[] second = world.write(ALICE, "second", 600_000);
      world.settle(ALICE, send(1, "first", first, BOB));
      UploadWorld.await(() -> world.service().stats().retries() == 1, () -> "not tried");

      disk.fill(300_000); // the books fit, the file doesn't
      world.settle(ALICE, send(2, "second", second, CAROL));
      world.settle(ALICE);
      assertThat(world.service().stats().awaited()).isEqualTo(1);
      assertThat(world.service().stats().files()).isEqualTo(1);
      disk.fill(0); // nothing fits: the mirror's services tell the phone
      assertThatThrownBy(() -> world.settle(ALICE, send(3, "first", first, CAROL)))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("relay");
      world.clock.advance(Duration.ofMinutes(2)); // the first is due, and can't be begun
      disk.free();
      world.settle(ALICE);
      world.awaitNotices(2);
      assertThat(script.got).containsExactlyInAnyOrder(BOB, CAROL);
      assertThat(script.contents.get(BOB)).isEqualTo(first);
      assertThat(script.contents.get(CAROL)).isEqualTo(second);
      assertThat(world.told("upload-sent")).containsExactly("1 " + BOB, "2 " + CAROL);
      UploadWorld.await(() -> world.service().stats().files() == 0, () -> "files are kept");
    }
  }

  @Test
  void whatNeverFindsSpaceIsToldWithTheReason() throws Exception {
    try (SmallDisk disk = SmallDisk.at(directory.resolve("small"), 4_000);
        UploadWorld world = new UploadWorld(directory, disk.top().resolve("relay"))) {
      world.limits = new UploadSettings.Limits(100, 1_000_000, 2_000_000, 8, 2_000_000, 0);
      world.carriers.put(Recipient.Kind.MAIL, script);
      world.open();
      disk.fill(300_000);
      byte[] content = world.write(ALICE, "photo", 600_000);
      world.settle(ALICE, send(1, "photo", content, BOB));
      world.clock.advance(Duration.ofHours(25));
      world.settle(ALICE);
      world.awaitNotices(1);
      assertThat(world.told("upload-failed")).containsExactly("1 - disk-full");
      assertThat(world.notices.get(0).text()).contains("no room for photo", "send it again");
      assertThat(script.tried).isEmpty();
    }
  }
}
