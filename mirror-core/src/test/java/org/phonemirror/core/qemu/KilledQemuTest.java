package org.phonemirror.core.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;

/**
 * QEMU killed where {@link QemuFaultsTest} does not: while it starts, and while the guest freezes
 * its storage. It is first stopped there, so that the kill always meets it there.
 */
class KilledQemuTest {
  private static final String MIRROR = "sip:+15550001@ims.test";
  private static final long BOOT = 1_767_600_000_000_000L;

  @TempDir private static Path templates;
  @TempDir private Path state;

  /** Where a guest's user may go. */
  private Path open;

  @BeforeAll
  static void buildTemplate() throws IOException {
    TestTemplate.buildIn(templates);
  }

  @BeforeEach
  void makeOpen() throws IOException {
    open = Files.createTempDirectory("killed-qemu-");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void deleteOpen() throws IOException {
    StateFiles.deleteTree(open);
  }

  @Test
  void whileItStarts() throws Exception {
    QemuSettings settings = QemuSettings.defaults();
    Path halting = open.resolve("halting-qemu");
    Files.writeString(halting, "#!/bin/sh\nkill -STOP $$\nexec " + settings.binary() + " \"$@\"\n");
    Files.setPosixFilePermissions(halting, PosixFilePermissions.fromString("rwxr-xr-x"));
    QemuSettings halted =
        new QemuSettings(
            halting.toString(),
            settings.commandTime(),
            settings.replayTime(),
            settings.replayFactor(),
            settings.bootTime());
    Checkpoint created;
    try (QemuDriver driver = new QemuDriver(templates, state, halted)) {
      created = driver.create(MIRROR, TestTemplate.MODEL);
      Machine machine = driver.start(created, 1);
      Path working = new MirrorDirectory(state.resolve("mirrors"), MIRROR).working(1);
      CompletableFuture<Void> killed =
          CompletableFuture.runAsync(() -> killStopped(working.resolve(Guest.PID_FILE)));
      assertThatThrownBy(() -> machine.powerOn(BOOT))
          .hasMessageContaining(MIRROR)
          .hasMessageContaining("exit code 137");
      killed.get(60, TimeUnit.SECONDS);
      machine.close();
      assertThat(working).doesNotExist();
    }
    assertStarts(created);
  }

  @Test
  void whileTheGuestFreezes() throws Exception {
    QemuSettings settings = QemuSettings.defaults();
    Template template = Template.load(templates.resolve(TestTemplate.MODEL));
    Path directory = Files.createDirectory(state.resolve("guest"));
    StateFiles.copySparse(template.data(), directory.resolve(Guest.DATA));
    Deadline deadline = Deadline.in(Duration.ofSeconds(60));
    try (QemuLauncher launcher = new QemuLauncher(settings);
        Guest guest = Guest.restore(launcher, directory, template, Optional.empty(), deadline)) {
      guest.resume(deadline);
      guest.agent().hello(deadline);
      guest.agent().start(BOOT, deadline);
      long pid = Long.parseLong(Files.readString(directory.resolve(Guest.PID_FILE)).strip());
      new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start().waitFor();
      CompletableFuture<Void> killed =
          CompletableFuture.runAsync(() -> killStopped(directory.resolve(Guest.PID_FILE)));
      assertThatThrownBy(() -> guest.agent().freeze(deadline))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("FREEZE")
          .satisfies(
              e ->
                  assertThat(guest.explain((IOException) e)).hasMessageContaining("exit code 137"));
      killed.get(60, TimeUnit.SECONDS);
    }
  }

  private void assertStarts(Checkpoint checkpoint) throws Exception {
    try (QemuDriver driver = new QemuDriver(templates, state, QemuSettings.defaults());
        Machine machine = driver.start(checkpoint, 2)) {
      machine.powerOn(BOOT);
      assertThat(machine.<Boolean>readStorage(top -> Files.isDirectory(top.resolve("home"))))
          .isTrue();
    }
  }

  /** Kills a process as soon as it is there, and stopped. */
  private static void killStopped(Path pidFile) {
    Deadline deadline = Deadline.in(Duration.ofSeconds(60));
    while (!deadline.passed()) {
      try {
        String text = Files.exists(pidFile) ? Files.readString(pidFile) : "";
        if (text.endsWith("\n")) {
          long pid = Long.parseLong(text.strip());
          String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
          if (stat.charAt(stat.lastIndexOf(')') + 2) == 'T') {
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            return;
          }
        }
        Thread.sleep(2);
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new IllegalStateException("no process is stopped: " + pidFile);
  }
}
