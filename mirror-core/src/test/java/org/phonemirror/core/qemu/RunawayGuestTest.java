package org.phonemirror.core.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.machine.Typing;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.InputEvent;

/**
 * Guests that run away with their host's time and room, on the reference phone. Each is typed by a
 * user, as what infected the phone would come to its mirror, while another mirror works.
 */
class RunawayGuestTest extends OnReferencePhone {
  private static final long LONG = 3_600 * ShellUser.SECOND;
  private static final long SHORT = 10 * ShellUser.SECOND;
  private static final String OTHER = "sip:+15550002@ims.test";

  @Test
  void oneThatSpinsIsGivenUpAtItsLimit() throws Exception {
    assertGivenUp("while :; do :; done");
  }

  /** The kernel freezes all processes, the agent too, until something wakes it. */
  @Test
  void oneThatHangsIsGivenUpAtItsLimit() throws Exception {
    assertGivenUp("echo freeze >/sys/power/state");
  }

  @Test
  void oneThatCrashesIsToldByItsEnd() throws Exception {
    Checkpoint before = infected("echo c >/proc/sysrq-trigger");
    Machine machine = driver.start(before, 2);
    assertThatThrownBy(() -> replay(machine, start, LONG, enter()))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("QEMU has ended");
    machine.close();
    assertRecovers(before);
  }

  @Test
  void oneThatForksWithoutEndHurtsItselfOnly() throws Exception {
    Checkpoint before = infected("f() { f | f & }; f");
    try (QemuDriver hasty = new QemuDriver(templates, state, hasty())) {
      Machine machine = hasty.start(before, 2);
      CompletableFuture<ReplayReport> other = otherReplays();
      try {
        ReplayReport report = replay(machine, start, SHORT, enter());
        assertThat(report.events()).isEqualTo(enter().size());
      } catch (MachineException e) {
        assertThat(e).hasMessageContaining(ShellUser.MIRROR);
      }
      assertThat(other.get(60, TimeUnit.SECONDS).events()).isZero();
      machine.close();
    }
    assertRecovers(before);
  }

  @Test
  void oneThatFillsItsStorageFillsNothingElse() throws Exception {
    try (ShellUser user = new ShellUser(driver)) {
      user.type("cat /dev/zero >zeros", 20 * ShellUser.SECOND, silent(user));
      Path working = working(1);
      assertThat(Files.size(working.resolve(Guest.DATA)))
          .isEqualTo(Files.size(templates.resolve(TestTemplate.MODEL).resolve(PhoneModel.DATA)));
      user.type("rm zeros; echo room >after", SHORT, silent(user));
      assertThat(user.file("after")).isEqualTo("room\n");
      assertThat(user.machine().save(1).poweredOn()).isTrue();
    }
  }

  private void assertGivenUp(String command) throws Exception {
    Checkpoint before = infected(command);
    try (QemuDriver hasty = new QemuDriver(templates, state, hasty())) {
      Machine machine = hasty.start(before, 2);
      CompletableFuture<ReplayReport> other = otherReplays();
      assertThatThrownBy(() -> replay(machine, start, LONG, enter()))
          .isInstanceOf(MachineException.class)
          .hasMessageContaining(ShellUser.MIRROR)
          .hasMessageContaining("did not answer 'RUN': no answer in PT3S");
      long pid = pid(2);
      assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
      assertThat(other.get(60, TimeUnit.SECONDS).events()).isZero();
      machine.close();
      assertThat(working(2)).doesNotExist();
    }
    assertRecovers(before);
  }

  private long start;

  /** A mirror whose user has typed a command, and only has to press the key that starts it. */
  private Checkpoint infected(String command) throws MachineException {
    try (ShellUser user = new ShellUser(driver)) {
      Typing typing = Typing.at(user.start()).type(command);
      long length = typing.micros() - user.start();
      replay(user.machine(), user.start(), length, typing.events());
      start = typing.micros();
      return user.machine().save(1);
    }
  }

  /** The key that starts the command. */
  private List<InputEvent> enter() {
    return Typing.at(start).key(Typing.ENTER).events();
  }

  /** From before the command was started the mirror goes on; the user thinks better of it. */
  private void assertRecovers(Checkpoint before) throws MachineException {
    try (Machine machine = driver.start(before, 3)) {
      Typing typing = Typing.at(start).with(Typing.CTRL, CTRL_C_KEY).type("echo well >after\n");
      replay(machine, start, typing.micros() - start + SHORT, typing.events());
      assertThat(machine.<String>readStorage(top -> Files.readString(top.resolve("home/after"))))
          .isEqualTo("well\n");
    }
  }

  /** Of the letter C (linux/input-event-codes.h). */
  private static final int CTRL_C_KEY = 46;

  /** Another mirror replays at the same time. */
  private CompletableFuture<ReplayReport> otherReplays() throws MachineException {
    Machine machine = driver.start(driver.create(OTHER, TestTemplate.MODEL), 1);
    machine.powerOn(ShellUser.BOOT);
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return replay(machine, ShellUser.BOOT, SHORT, List.of());
          } catch (MachineException e) {
            throw new java.util.concurrent.CompletionException(e);
          }
        });
  }

  private static ReplayReport replay(
      Machine machine, long start, long length, List<InputEvent> events) throws MachineException {
    return machine.replay(start, length, events, Tape.silent(start, start + length));
  }

  private static Tape silent(ShellUser user) {
    return Tape.silent(user.start(), user.start());
  }

  /** Long enough for whatever answers at all, whatever the interval's length. */
  private static QemuSettings hasty() {
    QemuSettings settings = QemuSettings.defaults();
    return new QemuSettings(
        settings.binary(), settings.commandTime(), Duration.ofSeconds(3), 0, settings.bootTime());
  }

  private Path working(long epoch) {
    return new MirrorDirectory(state.resolve("mirrors"), ShellUser.MIRROR).working(epoch);
  }

  private long pid(long epoch) throws IOException {
    return Long.parseLong(Files.readString(working(epoch).resolve(Guest.PID_FILE)).strip());
  }
}
