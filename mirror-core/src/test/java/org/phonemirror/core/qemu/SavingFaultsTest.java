package org.phonemirror.core.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.Typing;
import org.phonemirror.core.tape.Tape;

/**
 * What a checkpoint costs, and what becomes of it when something breaks; on the reference phone.
 */
class SavingFaultsTest extends OnReferencePhone {
  private static final String MIRROR = "sip:+15550001@ims.test";
  private static final long BOOT = 1_767_600_000_000_000L;
  private static final String TYPED = "home/typed.txt";
  private static final long PATIENCE = 60;

  /** Of an idle mirror with its session on. */
  private static final long MOST_BYTES = 2_000_000;

  @Test
  void whateverIsTornOrDamagedTheCheckpointBeforeIsTheNewest() throws Exception {
    Typing first = HomeScreen.shell(BOOT).type("cat >> typed.txt\n").pause(1_000_000);
    first.type("one\n");
    Typing second = Typing.at(next(first)).type("two\n");
    Checkpoint before;
    try (Machine machine = switchedOn(driver)) {
      replay(machine, BOOT, first);
      before = machine.save(1);
      replay(machine, next(first), second);
      machine.save(2);
    }
    Path newest = checkpoint(2);
    long bytes = 0;
    for (Path file : files(newest)) {
      bytes += Files.size(file);
      byte[] good = Files.readAllBytes(file);
      byte[] flipped = good.clone();
      flipped[good.length / 2] ^= 1;
      for (byte[] bad :
          List.of(flipped, Arrays.copyOf(good, good.length / 2), new byte[0], new byte[4096])) {
        Files.write(file, bad);
        assertThat(driver.latest(MIRROR)).as("%s, damaged", file).contains(before);
        bringBack(newest, file, good);
      }
      Files.delete(file);
      assertThat(driver.latest(MIRROR)).as("%s, missing", file).contains(before);
      bringBack(newest, file, good);
      assertThat(driver.latest(MIRROR).orElseThrow().position()).isEqualTo(2);
    }
    assertThat(bytes).isBetween(1L, MOST_BYTES);

    Files.write(newest.resolve(SavedCheckpoint.PAGES), new byte[100]);
    try (Machine machine = driver.start(driver.latest(MIRROR).orElseThrow(), 2)) {
      replay(machine, next(first), second);
      assertThat(machine.<String>readStorage(top -> Files.readString(top.resolve(TYPED))))
          .isEqualTo("one\ntwo\n");
      assertThat(machine.save(2).position()).isEqualTo(2);
    }
    assertThat(driver.release(MIRROR, 0)).isZero();
    try (Stream<Path> all = Files.list(newest.getParent())) {
      assertThat(all.map(p -> p.getFileName().toString()))
          .noneMatch(name -> name.startsWith("damaged"))
          .hasSize(3);
    }
  }

  /** Where {@link MirrorDirectory} has set a checkpoint aside, it is put back, with a file. */
  private static void bringBack(Path checkpoint, Path file, byte[] content) throws IOException {
    Files.move(checkpoint.resolveSibling("damaged-" + checkpoint.getFileName()), checkpoint);
    Files.write(file, content);
  }

  @Test
  void qemuKilledWhileItIsSavedLeavesTheCheckpointBefore() throws Exception {
    try (Machine machine = switchedOn(driver)) {
      Checkpoint saved = machine.save(1);
      long pid = qemuPid(1);
      // stopped, it answers the monitor no more, and its memory can still be read
      run("kill", "-STOP", "" + pid);
      CompletableFuture<Checkpoint> saving = later(() -> machine.save(2));
      await(() -> Files.exists(working(1).resolve("checkpoint").resolve(SavedCheckpoint.PAGES)));
      ProcessHandle.of(pid).orElseThrow().destroyForcibly();
      assertThatThrownBy(() -> saving.get(PATIENCE, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("exit code 137");
      assertThat(driver.latest(MIRROR)).contains(saved);
    }
    goesOn(driver, 2);
  }

  @Test
  void qemuKilledWhileItIsRestoredLeavesEverythingAsItWas() throws Exception {
    Checkpoint saved;
    try (Machine machine = switchedOn(driver)) {
      saved = machine.save(1);
    }
    // a guest's user may go there
    Path open = Files.createTempDirectory("saving-faults-");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path stopping = open.resolve("stops-at-once");
    Files.writeString(stopping, "#!/bin/sh\nkill -STOP $$\nexec qemu-system-x86_64 \"$@\"\n");
    Files.setPosixFilePermissions(stopping, PosixFilePermissions.fromString("rwxr-xr-x"));
    Duration patience = Duration.ofSeconds(PATIENCE);
    QemuSettings settings = new QemuSettings(stopping.toString(), patience, patience, 0, patience);
    try (QemuDriver other = new QemuDriver(templates, state, settings)) {
      CompletableFuture<Machine> starting = later(() -> other.start(saved, 2));
      Path pidFile = working(2).resolve(Guest.PID_FILE);
      await(() -> Files.exists(pidFile) && Files.size(pidFile) > 1);
      ProcessHandle.of(qemuPid(2)).orElseThrow().destroyForcibly();
      assertThatThrownBy(() -> starting.get(PATIENCE, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("exit code 137");
      assertThat(working(2)).doesNotExist();
    } finally {
      StateFiles.deleteTree(open);
    }
    goesOn(driver, 3);
  }

  @Test
  void aTemplateThatWasReplacedIsToldAndAnOlderCheckpointServes() throws Exception {
    Path changed = Files.createDirectories(state.resolve("changed/" + TestTemplate.MODEL));
    for (Path file : files(templates.resolve(TestTemplate.MODEL))) {
      Path copy = changed.resolve(file.getFileName());
      if (file.endsWith(Template.PROPERTIES)) {
        Files.writeString(copy, Files.readString(file) + "built.again=yes\n");
      } else {
        Files.createLink(copy, file);
      }
    }
    Checkpoint saved;
    try (Machine machine = switchedOn(driver)) {
      saved = machine.save(1);
    }
    try (QemuDriver other = new QemuDriver(changed.getParent(), state, QemuSettings.defaults())) {
      assertThatThrownBy(() -> other.start(saved, 2))
          .isInstanceOf(MachineException.class)
          .hasMessageContaining("has been replaced")
          .hasMessageContaining("./mirror rebuild " + MIRROR);
      Checkpoint base = other.rewind(MIRROR, TestTemplate.MODEL, 0).orElseThrow();
      assertThat(base.position()).isZero();
      goesOn(other, 3);
    }
  }

  @Test
  void aGuestWhoseStorageCannotGrowOnTheHostFailsAndRecoversWhenThereIsRoom() throws Exception {
    Assumptions.assumeTrue(run("id", "-u").equals("0"), "mounting a small file system needs root");
    Path small = Files.createDirectory(state.resolve("small"));
    run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", small.toString());
    try (QemuDriver cramped = new QemuDriver(templates, small, QemuSettings.defaults())) {
      Typing writing = HomeScreen.shell(BOOT).type("head -c 6000000 /dev/zero > big; sync\n");
      writing.pause(3_000_000);
      try (Machine machine = switchedOn(cramped)) {
        machine.save(1);
        Path filler = small.resolve("filler");
        Files.write(filler, new byte[(int) Files.getFileStore(small).getUsableSpace() - 500_000]);
        assertThatThrownBy(() -> replay(machine, BOOT, writing))
            .isInstanceOf(MachineException.class)
            .hasMessageContaining("exit code 135")
            .hasMessageContaining("no space left");
        Files.delete(filler);
      }
      try (Machine machine = cramped.start(cramped.latest(MIRROR).orElseThrow(), 2)) {
        replay(machine, BOOT, writing);
        assertThat(machine.<Long>readStorage(top -> Files.size(top.resolve("home/big"))))
            .isEqualTo(6_000_000);
      }
    } finally {
      run("umount", small.toString());
    }
  }

  private static Machine switchedOn(QemuDriver driver) throws MachineException {
    Machine machine = driver.start(driver.create(MIRROR, TestTemplate.MODEL), 1);
    machine.powerOn(BOOT);
    return machine;
  }

  /** From its newest checkpoint, with the phone on. */
  private static void goesOn(QemuDriver driver, long epoch) throws MachineException {
    Checkpoint latest = driver.latest(MIRROR).orElseThrow();
    try (Machine machine = driver.start(latest, epoch)) {
      if (!latest.poweredOn()) {
        machine.powerOn(BOOT);
      }
      replay(machine, BOOT, Typing.at(BOOT));
      assertThat(machine.<Boolean>readStorage(top -> Files.isDirectory(top.resolve("home"))))
          .isTrue();
    }
  }

  private static void replay(Machine machine, long start, Typing typing) throws MachineException {
    long end = next(typing);
    machine.replay(start, end - start, typing.events(), Tape.silent(start, end));
  }

  private static long next(Typing typing) {
    return typing.micros() + 2_000_000;
  }

  private interface Call<T> {
    T run() throws MachineException;
  }

  private static <T> CompletableFuture<T> later(Call<T> call) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return call.run();
          } catch (MachineException e) {
            throw new CompletionException(e);
          }
        });
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(Condition condition) throws Exception {
    Deadline deadline = Deadline.in(Duration.ofSeconds(PATIENCE));
    while (!condition.holds()) {
      assertThat(deadline.passed()).as("it does not come").isFalse();
      Thread.sleep(2);
    }
  }

  private Path checkpoint(long position) throws IOException {
    try (Stream<Path> all = Files.walk(state)) {
      return all.filter(p -> p.getFileName().toString().endsWith("-" + position))
          .filter(p -> p.getParent().endsWith("checkpoints"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList();
    }
  }

  private long qemuPid(long epoch) throws IOException {
    return Long.parseLong(Files.readString(working(epoch).resolve(Guest.PID_FILE)).strip());
  }

  private Path working(long epoch) {
    return new MirrorDirectory(state.resolve("mirrors"), MIRROR).working(epoch);
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor()).as("%s: %s", command[0], output).isZero();
    return output;
  }
}
