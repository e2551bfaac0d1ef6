package org.phonemirror.core.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.machine.Typing;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.InputEvent;

/** What the driver does when something breaks; on the reference phone. */
class QemuFaultsTest extends OnReferencePhone {
  private static final String MIRROR = "sip:+15550001@ims.test";
  private static final long BOOT = 1_767_600_000_000_000L;

  /** Of a busy guest's time; takes far longer than any test. */
  private static final long LONG_MICROS = 3_600_000_000L;

  @Test
  void qemuKilledInTheMiddleOfAReplayFailsTheReplayAndNoMore() throws Exception {
    Machine machine = busy(driver);
    Checkpoint saved = machine.save(1);
    CompletableFuture<ReplayReport> replay = replayLong(machine);
    long pid = awaitProgress(1);
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    assertThatThrownBy(() -> replay.get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .rootCause()
        .isNotNull();
    assertThatThrownBy(() -> machine.save(2))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("exit code 137");
    machine.close();

    try (Machine again = driver.start(saved, 2)) {
      again.powerOn(BOOT);
      assertThat(again.<Boolean>readStorage(top -> Files.isDirectory(top.resolve("home"))))
          .isTrue();
    }
  }

  @Test
  void closingInTheMiddleOfAReplayEndsItAndLeavesNothing() throws Exception {
    Machine machine = busy(driver);
    CompletableFuture<ReplayReport> replay = replayLong(machine);
    long pid = awaitProgress(1);
    machine.close();
    assertThatThrownBy(() -> replay.get(30, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(IOException.class);
    assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive))
        .isNotEqualTo(java.util.Optional.of(true));
    assertThat(working(1)).doesNotExist();
  }

  @Test
  void qemuThatHangsIsGivenUpAtTheDeadline() throws Exception {
    QemuSettings hasty =
        new QemuSettings(
            "qemu-system-x86_64",
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            0,
            Duration.ofMinutes(1));
    try (QemuDriver impatient = new QemuDriver(templates, state, hasty)) {
      Machine machine = impatient.start(impatient.create(MIRROR, TestTemplate.MODEL), 1);
      machine.powerOn(BOOT);
      signal("STOP", qemuPid(1));
      assertThatThrownBy(() -> machine.replay(BOOT, 1_000_000, List.of(), silent(1_000_000)))
          .isInstanceOf(MachineException.class)
          .hasMessageContaining(MIRROR);
      machine.close();
      assertThat(working(1)).doesNotExist();
    }
  }

  @Test
  void qemuThatSurvivedItsServerIsEndedByTheNextEpoch() throws Exception {
    Machine lost = driver.start(driver.create(MIRROR, TestTemplate.MODEL), 1);
    lost.powerOn(BOOT);
    long pid = qemuPid(1);
    try (QemuDriver next = new QemuDriver(templates, state, QemuSettings.defaults());
        Machine machine = next.start(next.latest(MIRROR).orElseThrow(), 2)) {
      assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
      assertThat(working(1)).doesNotExist();
      machine.powerOn(BOOT);
      assertThatThrownBy(() -> lost.powerOn(BOOT)).isInstanceOf(MachineException.class);
    }
  }

  @Test
  void aPidThatBelongsToAnotherProcessNowIsLeftAlone() throws Exception {
    driver.start(driver.create(MIRROR, TestTemplate.MODEL), 1);
    Process other = new ProcessBuilder("sleep", "1000").start();
    try {
      Files.writeString(working(1).resolve(Guest.PID_FILE), other.pid() + "\n");
      driver.start(driver.latest(MIRROR).orElseThrow(), 2).close();
      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  @Test
  void closingTheDriverEndsItsMachines() throws Exception {
    Machine machine = driver.start(driver.create(MIRROR, TestTemplate.MODEL), 1);
    machine.powerOn(BOOT);
    long pid = qemuPid(1);
    driver.close();
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    assertThatThrownBy(() -> machine.powerOn(BOOT)).isInstanceOf(MachineException.class);
  }

  @Test
  void eventsOfADeviceThatTheModelLacksAreCounted() throws Exception {
    try (Machine machine = driver.start(driver.create(MIRROR, TestTemplate.MODEL), 1)) {
      machine.powerOn(BOOT);
      InputEvent known = new InputEvent(BOOT, 0, InputEvent.EV_KEY, Typing.DOWN, 1);
      InputEvent unknown = new InputEvent(BOOT, 9, InputEvent.EV_KEY, Typing.DOWN, 1);
      ReplayReport report =
          machine.replay(BOOT, 1_000_000, List.of(known, unknown), silent(1_000_000));
      assertThat(report.events()).isEqualTo(1);
      assertThat(report.orderErrors()).isEqualTo(1);
    }
  }

  @Test
  void aDamagedTemplateIsNamedWithItsRemedy() throws Exception {
    Path copies = Files.createDirectory(state.resolve("templates"));
    Path copy = Files.createDirectory(copies.resolve(TestTemplate.MODEL));
    try (Stream<Path> files = Files.list(templates.resolve(TestTemplate.MODEL))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        StateFiles.copySparse(file, copy.resolve(file.getFileName()));
      }
    }
    try (QemuDriver other = new QemuDriver(copies, state, QemuSettings.defaults())) {
      other.checkTemplate(TestTemplate.MODEL);
      Checkpoint created = other.create(MIRROR, TestTemplate.MODEL);

      // noticed although it was checked before
      Path ram = copy.resolve(Template.RAM);
      byte[] content = Files.readAllBytes(ram);
      content[content.length / 2] ^= 1;
      Files.write(ram, content);
      assertThatThrownBy(() -> other.start(created, 1))
          .isInstanceOf(MachineException.class)
          .hasMessageContaining(ram.toString())
          .hasMessageContaining("./mirror template");
      content[content.length / 2] ^= 1;
      Files.write(ram, content);

      Path properties = copy.resolve(Template.PROPERTIES);
      Files.writeString(
          properties, Files.readString(properties).replace("qemu.version=", "qemu.version=0"));
      Machine machine = other.start(created, 2);
      assertThatThrownBy(() -> machine.powerOn(BOOT))
          .isInstanceOf(MachineException.class)
          .hasMessageContaining("was made by QEMU 0");

      Files.delete(copy.resolve(Template.DEVICE_STATE));
      assertThatThrownBy(() -> other.checkTemplate(TestTemplate.MODEL))
          .isInstanceOf(MachineException.class)
          .hasMessageContaining(copy.resolve(Template.DEVICE_STATE) + " is missing")
          .hasMessageContaining("./mirror template");
      assertThat(
              TemplateBuilder.isUpToDate(TestTemplate.images(), copies.resolve(TestTemplate.MODEL)))
          .isFalse();
    }
    assertThat(
            TemplateBuilder.isUpToDate(
                TestTemplate.images(), templates.resolve(TestTemplate.MODEL)))
        .isTrue();
  }

  @Test
  void aFullDiskFailsTheSaveAndNothingHalfMadeRemains() throws Exception {
    Assumptions.assumeTrue(run("id", "-u").equals("0"), "mounting a small file system needs root");
    Path small = Files.createDirectory(state.resolve("small"));
    run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", small.toString());
    try (QemuDriver cramped = new QemuDriver(templates, small, QemuSettings.defaults())) {
      Machine machine = cramped.start(cramped.create(MIRROR, TestTemplate.MODEL), 1);
      machine.powerOn(BOOT);
      Path filler = small.resolve("filler");
      // leaves room for a part of what is saved
      long free = Files.getFileStore(small).getUsableSpace();
      Files.write(filler, new byte[(int) free - 100_000]);
      assertThatThrownBy(() -> machine.save(1))
          .isInstanceOf(MachineException.class)
          .hasMessageContaining(small.toString())
          .hasMessageContaining("No space left");
      assertThat(Files.getFileStore(small).getUsableSpace()).isGreaterThan(80_000);
      assertThat(cramped.latest(MIRROR).orElseThrow().position()).isZero();

      Files.delete(filler);
      machine.replay(BOOT, 1_000_000, List.of(), silent(1_000_000));
      assertThat(machine.save(1).poweredOn()).isTrue();
      machine.close();
    } finally {
      run("umount", small.toString());
    }
  }

  private static Tape silent(long lengthMicros) {
    return Tape.silent(BOOT, BOOT + lengthMicros);
  }

  /** A new machine whose session runs an endless loop. */
  private static Machine busy(QemuDriver driver) throws MachineException {
    Machine machine = driver.start(driver.create(MIRROR, TestTemplate.MODEL), 1);
    machine.powerOn(BOOT);
    Typing typing = HomeScreen.shell(BOOT).type("while :; do :; done\n");
    long length = typing.micros() - BOOT;
    machine.replay(BOOT, length, typing.events(), silent(length));
    return machine;
  }

  private static CompletableFuture<ReplayReport> replayLong(Machine machine) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return machine.replay(BOOT, LONG_MICROS, List.of(), silent(LONG_MICROS));
          } catch (MachineException e) {
            throw new java.util.concurrent.CompletionException(e);
          }
        });
  }

  /** Waits until QEMU of an epoch has used some processor time since now; returns its pid. */
  private long awaitProgress(long epoch) throws Exception {
    long pid = qemuPid(epoch);
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    Duration before = process.info().totalCpuDuration().orElseThrow();
    Deadline deadline = Deadline.in(Duration.ofSeconds(30));
    while (process.info().totalCpuDuration().orElseThrow().minus(before).toMillis() < 200) {
      assertThat(deadline.passed()).as("QEMU does nothing").isFalse();
      Thread.sleep(10);
    }
    return pid;
  }

  private long qemuPid(long epoch) throws IOException {
    return Long.parseLong(Files.readString(working(epoch).resolve(Guest.PID_FILE)).strip());
  }

  private Path working(long epoch) {
    return new MirrorDirectory(state.resolve("mirrors"), MIRROR).working(epoch);
  }

  private static void signal(String name, long pid) throws Exception {
    run("kill", "-" + name, Long.toString(pid));
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
            .strip();
    assertThat(process.waitFor()).as("%s: %s", command[0], output).isZero();
    return output;
  }
}
