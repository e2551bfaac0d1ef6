package org.phonemirror.core.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.FakeMachineDriver;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.Typing;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.StorageScope;

/** What is written about an interval's end, by a mirror that is a little ahead of its phone. */
class BoundaryTest {
  private static final long SECOND = 1_000_000;
  private static final long BOOT = 1_700_000_000 * SECOND;
  private static final long INTERVAL = 10 * SECOND;
  private static final int ASK_BYTES = 8192;

  @TempDir private Path directory;
  private Path phone;
  private Machine machine;
  private final Repair repair = new Repair(StorageScope.ALL);

  @BeforeEach
  void bothAreEqual() throws Exception {
    phone = Files.createDirectories(directory.resolve("phone"));
    Files.createDirectory(phone.resolve("home"));
    settle(phone, BOOT);
    FakeMachineDriver driver =
        new FakeMachineDriver(Files.createDirectory(directory.resolve("mirrors")), "model");
    machine = driver.start(driver.create("m", "model"), 1);
    machine.powerOn(BOOT);
    replay(0, "a line\n", BOOT + 2 * SECOND);
    typedOnPhone("a line\n", BOOT + 2 * SECOND);
    assertThat(compare(0).identical()).isTrue();
  }

  @Test
  void whatThePhoneWritesRightAfterTheEndIsNotCalledDiverged() throws Exception {
    long end = BOOT + 2 * INTERVAL;
    replay(1, "late\n", end - SECOND / 3);
    Outcome atTheEnd = compare(1);
    assertThat(atTheEnd.newlyDiverged()).isFalse();
    assertThat(atTheEnd.asks()).isEmpty();
    typedOnPhone("late\n", end + SECOND / 10);
    replay(2, "", end);
    Outcome next = compare(2);
    assertThat(next.identical()).isTrue();
    assertThat(next.newlyDiverged()).isFalse();
  }

  @Test
  void whatThePhoneNeverWritesIsCalledDivergedAnIntervalLater() throws Exception {
    replay(1, "never\n", BOOT + 2 * INTERVAL - SECOND / 3);
    assertThat(compare(1).newlyDiverged()).isFalse();
    replay(2, "never again\n", BOOT + 3 * INTERVAL - SECOND / 3);
    Outcome next = compare(2);
    assertThat(next.newlyDiverged()).isTrue();
    assertThat(next.identical()).isFalse();
    assertThat(next.asks().orElseThrow()).isNotEmpty();
  }

  @Test
  void whatTheMirrorWroteLongBeforeTheEndIsCalledDivergedAtOnce() throws Exception {
    replay(1, "never\n", BOOT + INTERVAL + 2 * SECOND);
    assertThat(compare(1).newlyDiverged()).isTrue();
  }

  @Test
  void afterAShutdownNothingIsLeftOpen() throws Exception {
    long end = BOOT + 2 * INTERVAL;
    replay(1, "never\n", end - SECOND / 3);
    Interval shutdown = new Interval(phoneDigest(), List.of(), end, true);
    assertThat(repair.settle(machine, shutdown, true, false, ASK_BYTES).newlyDiverged()).isTrue();
  }

  private void replay(int interval, String typed, long at) throws MachineException {
    machine.replay(
        BOOT + interval * INTERVAL,
        INTERVAL,
        Typing.at(at).type(typed).events(),
        Tape.silent(0, 0));
  }

  private Outcome compare(int interval) throws Exception {
    long end = BOOT + (interval + 1) * INTERVAL;
    Interval told = new Interval(phoneDigest(), List.of(), end, false);
    return repair.settle(machine, told, true, false, ASK_BYTES);
  }

  private StorageDigest phoneDigest() throws IOException {
    return new StorageScanner(phone).scan(List.of());
  }

  private void typedOnPhone(String line, long at) throws IOException {
    Path file = phone.resolve(FakeMachineDriver.TYPED);
    String before = Files.exists(file) ? Files.readString(file) : "";
    Files.writeString(file, before + line);
    settle(file, at);
  }

  private static void settle(Path path, long micros) throws IOException {
    Files.setLastModifiedTime(path, FileTime.from(micros, TimeUnit.MICROSECONDS));
  }
}
