package org.phonemirror.testnet.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.mirror.MirrorStatus;
import org.phonemirror.core.placement.PlacementSettings;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.testnet.demo.StorageImage;
import org.phonemirror.testnet.demo.Story;

/** What happens to a mirror's machine, and to its phone's clock. */
class MirrorFaultStoriesTest {
  private static final long BOOT_MICROS = 1_767_600_000_400_000L;

  @TempDir Path directory;

  @Test
  void aMirrorWhoseQemuIsKilledInMidReplayIsRebuilt() throws Exception {
    try (ScriptedPhone phone = new ScriptedPhone(directory.resolve("phone"), BOOT_MICROS);
        MirrorHost host = new MirrorHost(directory.resolve("state"))) {
      host.awaitRunning();
      host.accept(phone.switchOn());
      Shell shell = Shell.open(phone.user());
      host.accept(phone.endInterval());
      shell.line("echo saved > saved");
      Batch saved = phone.endInterval();
      host.accept(saved);
      host.awaitReplayed(saved);
      Story.await(
          "a checkpoint is made",
          Duration.ofSeconds(30),
          () -> host.checkpoints().contains(saved.sequence()));

      shell.line("echo lost > lost; sha256sum /dev/zero");
      phone.user().pause(6000).key("ctrl-c");
      Batch busy = phone.endInterval();
      ProcessHandle qemu = host.qemu();
      Duration before = qemu.info().totalCpuDuration().orElseThrow();
      host.accept(busy);
      Story.await(
          "QEMU is at work",
          Duration.ofSeconds(30),
          () -> qemu.info().totalCpuDuration().orElseThrow().minus(before).toMillis() > 200);
      assertThat(qemu.destroyForcibly()).isTrue();

      host.awaitReplayed(busy);
      assertThat(host.qemu().pid()).isNotEqualTo(qemu.pid());
      shell.line("echo after > after");
      host.accept(phone.endInterval());
      assertEqualAtTheEnd(phone, host);
      assertThat(read(host, "lost")).isEqualTo("lost");
    }
  }

  @Test
  void aMirrorThatHibernatesBetweenIntervalsGoesOnInMidSession() throws Exception {
    try (ScriptedPhone phone = new ScriptedPhone(directory.resolve("phone"), BOOT_MICROS);
        MirrorHost host =
            new MirrorHost(
                directory.resolve("state"), PlacementSettings.defaults().withMemoryBytes(0))) {
      host.awaitRunning();
      host.accept(phone.switchOn());
      Shell shell = Shell.open(phone.user());
      shell.line("word=kept");
      Batch first = phone.endInterval();
      host.accept(first);
      host.awaitHibernated(first);
      assertThat(host.isResident()).isFalse();

      shell.line("echo $word > word");
      Batch second = phone.endInterval();
      host.accept(second);
      host.awaitHibernated(second);
      assertThat(host.isResident()).isFalse();
      assertEqualAtTheEnd(phone, host);
      assertThat(read(host, "word")).isEqualTo("kept");
    }
  }

  @Test
  void aClockThatJumpsBetweenIntervalsLeavesTheMirrorEqual() throws Exception {
    try (ScriptedPhone phone = new ScriptedPhone(directory.resolve("phone"), BOOT_MICROS);
        MirrorHost host = new MirrorHost(directory.resolve("state"))) {
      host.awaitRunning();
      host.accept(phone.switchOn());
      Shell shell = Shell.open(phone.user());
      host.accept(phone.endInterval());
      phone.setClock(Duration.ofMinutes(9));
      shell.line("date +%s > ahead");
      Batch ahead = phone.endInterval();
      host.accept(ahead);
      phone.setClock(Duration.ofMinutes(-25));
      shell.line("date +%s > behind");
      Batch behind = phone.endInterval();
      host.accept(behind);
      assertEqualAtTheEnd(phone, host);
      assertWrittenIn(ahead, read(host, "ahead"));
      assertWrittenIn(behind, read(host, "behind"));
      assertThat(behind.endMicros()).isLessThan(ahead.startMicros());
    }
  }

  private static String read(MirrorHost host, String name) throws IOException {
    return StorageImage.read(
        host.savedImage(), view -> Files.readString(view.resolve("home").resolve(name)).strip());
  }

  /** By the clock of the mirror, whose seconds are in the file. */
  private static void assertWrittenIn(Batch interval, String seconds) {
    assertThat(Long.parseLong(seconds))
        .isBetween(interval.startMicros() / 1_000_000, interval.endMicros() / 1_000_000);
  }

  private static void assertEqualAtTheEnd(ScriptedPhone phone, MirrorHost host) throws Exception {
    Shutdown off = phone.switchOff();
    host.accept(off);
    MirrorStatus status = host.awaitSaved();
    assertThat(status.accepted()).isEqualTo(off.sequence());
    assertThat(status.replayed()).isEqualTo(off.sequence());
    assertThat(status.intervals()).as("all but the boot, once").isEqualTo(phone.sent().size() - 1);
    assertThat(status.diverged()).as("%s", status).isZero();
    assertThat(status.failure()).isEmpty();
    assertThat(StorageImage.digest(host.savedImage(), phone.scope())).isEqualTo(off.digest());
  }
}
