package org.phonemirror.core.qemu.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.machine.Typing;
import org.phonemirror.core.qemu.QemuSettings;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TapeWriter;

/** What a phone without an agent does with its network and its clock, and when it fails. */
class RealtimeGuestTest {
  private static final String MIRROR = "sip:+15550001@ims.test";
  private static final long BOOT = 1_767_600_000_000_000L;
  private static final long SECOND = 1_000_000;
  private static final String SERVER = "198.51.100.7";

  @TempDir private static Path templates;
  @TempDir private static Path booted;
  @TempDir private Path state;
  private RealtimeDriver driver;

  @BeforeAll
  static void boot() throws IOException, MachineException {
    ConsolePhone.buildIn(templates);
    ConsolePhone.saveBooted(templates, booted, MIRROR, BOOT);
  }

  @BeforeEach
  void open() throws IOException, MachineException {
    driver = new RealtimeDriver(templates, state, QemuSettings.defaults());
    ConsolePhone.copyBooted(booted, state);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  private Machine start(long epoch) throws MachineException {
    return driver.start(driver.latest(MIRROR).orElseThrow(), epoch);
  }

  private static ReplayReport replay(Machine machine, Typing typing, long end, Tape tape)
      throws MachineException {
    return machine.replay(tape.startMicros(), end - tape.startMicros(), typing.events(), tape);
  }

  private static Optional<String> file(Machine machine, String name) throws MachineException {
    return machine.readStorage(
        top -> {
          try {
            return Optional.of(Files.readString(top.resolve("home").resolve(name)));
          } catch (NoSuchFileException e) {
            return Optional.empty();
          }
        });
  }

  @Test
  void aPageOfTheTapeByThePhonesClock() throws Exception {
    Typing typing = Typing.at(BOOT).type("date -u +%s >d; curl -so p http://" + SERVER + "/a\n");
    long typed = typing.micros();
    long end = typed + 6 * SECOND;
    Tape tape =
        TapeWriter.of(BOOT, end)
            .tcp(SERVER, 80, typed)
            .sends(
                "GET /a HTTP/1.1\r\nHost: "
                    + SERVER
                    + "\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n")
            .gets(typed + SECOND, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n")
            .closed()
            .tape();
    try (Machine machine = start(1)) {
      ReplayReport report = replay(machine, typing, end, tape);
      assertThat(report.orderErrors()).isZero();
      assertThat(report.network().flows()).allMatch(flow -> !flow.mismatches());
      // on a busy host the page may come later
      for (long at = end; file(machine, "p").isEmpty() && at < end + 60 * SECOND; ) {
        replay(machine, Typing.at(at), at + 5 * SECOND, Tape.silent(at, at + 5 * SECOND));
        at += 5 * SECOND;
      }
      assertThat(file(machine, "p")).contains("hello\n");
      long date = Long.parseLong(file(machine, "d").orElseThrow().strip());
      long onPhone = date - report.clockErrorMicros() / SECOND;
      assertThat(onPhone - typed / SECOND).isBetween(-2L, 30L);
    }
  }

  /** What is typed later does not go in; on a busy host the phone may take its time to go off. */
  @Test
  void aPhoneMaySwitchItselfOff() throws Exception {
    Typing typing = Typing.at(BOOT).type("echo kept>k; sync; echo o >/proc/sysrq-trigger\n");
    Typing late = typing.pause(8 * SECOND).type("xyz");
    try (Machine machine = start(1)) {
      long end = late.micros() + SECOND;
      ReplayReport report = replay(machine, late, end, Tape.silent(BOOT, end));
      assertThat(report.orderErrors()).isLessThanOrEqualTo(6);
      assertThat(report.events()).isEqualTo(late.events().size());
      assertThat(file(machine, "k")).contains("kept\n");
      for (long at = end; at < end + 60 * SECOND && isOn(machine, at); at += 2 * SECOND) {
        assertThat(file(machine, "k")).contains("kept\n");
      }
      machine.powerOff(end);
      assertThat(machine.save(1).poweredOn()).isFalse();
    }
  }

  private static boolean isOn(Machine machine, long at) {
    try {
      replay(machine, Typing.at(at), at + 2 * SECOND, Tape.silent(at, at + 2 * SECOND));
      return true;
    } catch (MachineException e) {
      assertThat(e).hasMessageContaining("switched off");
      return false;
    }
  }

  @Test
  void aKilledQemuEndsItsMachineAtOnce() throws Exception {
    try (Machine machine = start(1)) {
      CompletableFuture<ReplayReport> replay =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  long end = BOOT + 3600 * SECOND;
                  return replay(machine, Typing.at(BOOT), end, Tape.silent(BOOT, end));
                } catch (MachineException e) {
                  throw new IllegalStateException(e);
                }
              });
      ProcessHandle qemu = qemu();
      long before = qemu.info().totalCpuDuration().orElseThrow().toMillis();
      while (qemu.info().totalCpuDuration().orElseThrow().toMillis() == before) {
        Thread.sleep(10); // until the guest runs
      }
      qemu.destroyForcibly();
      assertThatThrownBy(() -> replay.get(60, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseInstanceOf(IOException.class);
      assertThatThrownBy(() -> machine.save(1)).hasMessageContaining("has ended");
    }
    try (Machine machine = start(2)) {
      assertThat(machine.usage().residentBytes()).isPositive();
    }
  }

  private ProcessHandle qemu() throws IOException {
    try (Stream<Path> files = Files.walk(state)) {
      Path pid = files.filter(path -> path.endsWith("running/1/pid")).findFirst().orElseThrow();
      return ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
    }
  }

  @Test
  void itsProcessIsShutInAndHasNothingOpenButItsOwn() throws Exception {
    try (Machine machine = start(1)) {
      Path proc = Path.of("/proc/" + qemu().pid());
      List<String> status = Files.readAllLines(proc.resolve("status"));
      assertThat(status).contains("NoNewPrivs:\t1", "Seccomp:\t2");
      assertThat(status).contains("CapEff:\t0000000000000000");
      assertThat(status).noneMatch(line -> line.matches("Uid:\\s+0\\s.*"));
      // the overlay has room for all of the disk, and not for more than that
      long disk = Files.size(templates.resolve(ConsolePhone.MODEL).resolve("disk.img"));
      String limit =
          Files.readAllLines(proc.resolve("limits")).stream()
              .filter(line -> line.startsWith("Max file size"))
              .map(line -> line.split("\\s+", -1)[3])
              .findFirst()
              .orElseThrow();
      assertThat(Long.parseLong(limit)).isBetween(disk, disk + disk / 100 + (17 << 20));

      Path working = proc.resolve("cwd").toRealPath();
      Path model = templates.resolve(ConsolePhone.MODEL).toRealPath();
      List<String> open = new ArrayList<>();
      try (Stream<Path> descriptors = Files.list(proc.resolve("fd"))) {
        for (Path descriptor : (Iterable<Path>) descriptors::iterator) {
          open.add(Files.readSymbolicLink(descriptor).toString());
        }
      }
      assertThat(open).contains(working.resolve("disk.qcow2").toString());
      assertThat(open)
          .allMatch(
              file ->
                  file.matches("(socket|anon_inode|pipe):.*|/dev/null")
                      || file.startsWith(working + "/")
                      || file.startsWith(model + "/"));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(working)))
          .endsWith("---");
      machine.save(1);
    }
    try (Stream<Path> files = Files.walk(state)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        assertThat(Files.getOwner(file)).as("%s", file).isEqualTo(Files.getOwner(state));
      }
    }
  }

  @Test
  void aMachineThatHasNotRunIsSavedAgain() throws Exception {
    try (Machine machine = start(1)) {
      machine.save(1);
      machine.save(2);
    }
    try (Machine machine = start(2)) {
      Typing typing = Typing.at(BOOT).type("echo a>a\n");
      long end = typing.micros() + 2 * SECOND;
      replay(machine, typing, end, Tape.silent(BOOT, end));
      assertThat(file(machine, "a")).contains("a\n");
    }
  }

  @Test
  void damagedStateIsNamed() throws Exception {
    Checkpoint checkpoint = driver.latest(MIRROR).orElseThrow();
    Path file;
    try (Stream<Path> files = Files.walk(state)) {
      file = files.filter(path -> path.endsWith("memory")).findFirst().orElseThrow();
    }
    try (RandomAccessFile damaged = new RandomAccessFile(file.toFile(), "rw")) {
      damaged.seek(damaged.length() / 2);
      int before = damaged.read();
      damaged.seek(damaged.length() / 2);
      damaged.write(before ^ 1);
    }
    assertThatThrownBy(() -> driver.start(checkpoint, 1))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("damaged");
    // the newest that is whole counts: that of the factory
    assertThat(driver.latest(MIRROR))
        .contains(new Checkpoint(MIRROR, ConsolePhone.MODEL, 0, false));
  }

  @Test
  void aModelThatWasChangedUnderItsMirrorsIsRefused() throws Exception {
    Path properties = templates.resolve(ConsolePhone.MODEL).resolve(RealtimeModel.PROPERTIES);
    String before = Files.readString(properties);
    try {
      Files.writeString(properties, "# changed\n", StandardOpenOption.APPEND);
      assertThatThrownBy(() -> start(1))
          .isInstanceOf(MachineException.class)
          .hasMessageContaining("has been replaced");
    } finally {
      Files.writeString(properties, before);
    }
    start(2).close();
  }
}
