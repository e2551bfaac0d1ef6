package org.phonemirror.core.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.android.emulator.control.Touch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.MachineUsage;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.machine.Typing;
import org.phonemirror.core.qemu.MirrorStore;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.UdpFlow;
import org.phonemirror.sync.InputEvent;

/** What emulators, adb and their guests do that they should not; and what only an emulator does. */
@Timeout(120)
class EmulatorFaultsTest {
  private static final String MIRROR = "sip:+15550001@ims.test";
  private static final long BOOT = 1_767_600_000_000_000L;
  private static final long SECOND = 1_000_000;
  private static final Duration SHORT = Duration.ofSeconds(3);
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final int TOUCHSCREEN = 1;
  private static final int ABS_MT_POSITION_X = 0x35;
  private static final int ABS_MT_TRACKING_ID = 0x39;

  @TempDir private Path directory;
  private FakeSdk sdk;
  private EmulatorDriver driver;

  @BeforeEach
  void checkThatAdbIsThere() {
    assumeTrue(FakeSdk.isPossible(), "adb is not installed: install package adb");
  }

  @AfterEach
  void close() throws IOException {
    if (driver != null) {
      driver.close();
      sdk.close();
    }
  }

  /**
   * Makes the driver.
   *
   * @param seconds for what Android takes
   */
  private void open(int seconds, Duration callTime, Duration startTime) throws IOException {
    Path state = Files.createDirectories(directory.resolve("state"));
    sdk = new FakeSdk(directory, seconds);
    EmulatorSettings settings = FakeSdk.settings(callTime, startTime);
    driver = new EmulatorDriver(sdk.templates(), new MirrorStore(state), state, settings);
  }

  private Machine switchedOff() throws MachineException {
    return driver.start(driver.create(MIRROR, FakeSdk.MODEL), 1);
  }

  private Machine switchedOn() throws MachineException {
    Machine machine = switchedOff();
    machine.powerOn(BOOT);
    return machine;
  }

  private static ReplayReport replay(Machine machine, List<InputEvent> events)
      throws MachineException {
    return machine.replay(BOOT, SECOND, events, Tape.silent(BOOT, BOOT + SECOND));
  }

  private static List<InputEvent> keys() {
    return Typing.at(BOOT).type("a").events();
  }

  /** The machine has ended, and tells so; from a checkpoint its mirror goes on. */
  private void mustHaveEnded(Machine machine) throws MachineException {
    assertThatThrownBy(() -> replay(machine, List.of()))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("has ended");
    machine.close();
    sdk.mend();
    try (Machine next = driver.start(driver.latest(MIRROR).orElseThrow(), 2)) {
      next.powerOn(BOOT);
      assertThat(replay(next, keys()).orderErrors()).isZero();
    }
  }

  @Test
  void anEmulatorThatDoesNotStartSaysWhy() throws Exception {
    open(60, LONG, LONG);
    sdk.breakNext(FakeEmulator.Fault.PANICS);
    Machine machine = switchedOff();
    assertThatThrownBy(() -> machine.powerOn(BOOT))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining(MIRROR)
        .hasMessageContaining("exit code 3: PANIC: broken AVD system path");
    mustHaveEnded(machine);
  }

  @Test
  void anEmulatorThatTellsNobodyWhereItListensIsGivenUp() throws Exception {
    open(60, LONG, SHORT);
    sdk.breakNext(FakeEmulator.Fault.SILENT);
    Machine machine = switchedOff();
    assertThatThrownBy(() -> machine.powerOn(BOOT))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("did not tell where it listens in PT3S");
  }

  @Test
  void anEmulatorThatRefusesItsOwnTokenIsGivenUpAtOnce() throws Exception {
    open(60, LONG, LONG);
    sdk.breakNext(FakeEmulator.Fault.OTHER_TOKEN);
    Machine machine = switchedOff();
    assertThatThrownBy(() -> machine.powerOn(BOOT))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("UNAUTHENTICATED")
        .hasMessageContaining("wrong token");
  }

  @Test
  void anAndroidThatDoesNotBootIsGivenUp() throws Exception {
    open(1, LONG, LONG);
    sdk.breakNext(FakeEmulator.Fault.NEVER_BOOTS);
    Machine machine = switchedOff();
    assertThatThrownBy(() -> machine.powerOn(BOOT))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("did not boot in PT1S");
  }

  @Test
  void anAdbThatStaysOfflineIsGivenUp() throws Exception {
    open(1, LONG, LONG);
    sdk.breakNext(FakeEmulator.Fault.ADB_OFFLINE);
    Machine machine = switchedOff();
    assertThatThrownBy(() -> machine.powerOn(BOOT))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("adb does not come through");
  }

  @Test
  void anEmulatorThatDiesEndsTheMachineAndAnotherGoesOn() throws Exception {
    open(60, LONG, LONG);
    sdk.breakNext(FakeEmulator.Fault.KEYS_KILL);
    Machine machine = switchedOn();
    assertThatThrownBy(() -> replay(machine, keys()))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("the emulator has ended with exit code 134: abort");
    mustHaveEnded(machine);
  }

  @Test
  void aCallThatHangsHasADeadline() throws Exception {
    open(60, SHORT, LONG);
    sdk.breakNext(FakeEmulator.Fault.KEYS_HANG);
    Machine machine = switchedOn();
    assertThatThrownBy(() -> replay(machine, keys()))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("DEADLINE_EXCEEDED");
    mustHaveEnded(machine);
  }

  @Test
  void keysThatTheEmulatorRefusesAreCounted() throws Exception {
    open(60, LONG, LONG);
    sdk.breakNext(FakeEmulator.Fault.KEYS_REFUSED);
    try (Machine machine = switchedOn()) {
      ReplayReport report = replay(machine, keys());
      assertThat(report.events()).isEqualTo(2);
      assertThat(report.orderErrors()).isEqualTo(2);
    }
  }

  @Test
  void aSnapshotThatCannotBeLoadedIsAClearError() throws Exception {
    open(60, LONG, LONG);
    try (Machine machine = switchedOn()) {
      machine.save(1);
    }
    Checkpoint saved = driver.latest(MIRROR).orElseThrow();
    sdk.breakNext(FakeEmulator.Fault.NO_SNAPSHOTS);
    assertThatThrownBy(() -> driver.start(saved, 2))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("it was saved by another emulator");
    sdk.mend();
    driver.start(saved, 3).close();
  }

  @Test
  void anAndroidThatStaysOnLosesItsPower() throws Exception {
    open(3, LONG, LONG);
    sdk.breakNext(FakeEmulator.Fault.STAYS_ON);
    try (Machine machine = switchedOn()) {
      machine.powerOff(BOOT + SECOND);
      assertThat(machine.usage()).isEqualTo(MachineUsage.NONE);
      assertThat(machine.save(1).poweredOn()).isFalse();
    }
  }

  @Test
  void storageWithNamesThatLeadOutIsRefusedAndTheMachineGoesOn() throws Exception {
    open(60, LONG, LONG);
    Path tar = directory.resolve("forged.tar");
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(tar))) {
      TarArchiveEntry entry = new TarArchiveEntry("../../../../escaped", true);
      entry.setSize(1);
      out.putArchiveEntry(entry);
      out.write(1);
      out.closeArchiveEntry();
    }
    try (Machine machine = switchedOn()) {
      sdk.last().adbd().forge(tar);
      assertThatThrownBy(() -> machine.readStorage(Files::exists))
          .isInstanceOf(MachineException.class)
          .hasMessageContaining("../escaped");
      sdk.last().adbd().forge(directory.resolve("nothing"));
      assertThatThrownBy(() -> machine.readStorage(Files::exists))
          .isInstanceOf(MachineException.class)
          .hasMessageContaining("exit code 1");
      sdk.last().adbd().mend();
      assertThat(machine.<Boolean>readStorage(top -> Files.isDirectory(top.resolve("home"))))
          .isTrue();
    }
  }

  @Test
  void closingEndsAReplayAndTheEmulator() throws Exception {
    open(60, LONG, LONG);
    Machine machine = switchedOn();
    InetSocketAddress adb = sdk.last().adbd().address();
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    long hours = 10_000 * SECOND;
    Thread replaying =
        new Thread(
            () -> {
              try {
                Tape tape = Tape.silent(BOOT, BOOT + hours);
                failure.complete(
                    new AssertionError(machine.replay(BOOT, hours, List.of(), tape).toString()));
              } catch (MachineException e) {
                failure.complete(e);
              }
            });
    replaying.start();
    machine.close();
    assertThat(failure.get()).isInstanceOf(MachineException.class);
    sdk.last().awaitEnd();
    assertThatThrownBy(() -> new Socket(adb.getAddress(), adb.getPort()).close())
        .isInstanceOf(IOException.class);
  }

  @Test
  void fingersComeToTheDisplayAlsoAfterARestart() throws Exception {
    open(60, LONG, LONG);
    try (Machine machine = switchedOn()) {
      replay(
          machine,
          List.of(
              touch(BOOT + 1, ABS_MT_TRACKING_ID, 7), touch(BOOT + 1, ABS_MT_POSITION_X, 4095)));
      assertThat(touches()).extracting(Touch::getX).containsExactly(1079);
      machine.save(1);
    }
    try (Machine machine = driver.start(driver.latest(MIRROR).orElseThrow(), 2)) {
      ReplayReport report =
          replay(
              machine,
              List.of(
                  touch(BOOT + 1, ABS_MT_POSITION_X, 0), touch(BOOT + 2, ABS_MT_TRACKING_ID, -1)));
      assertThat(report.orderErrors()).isZero();
      assertThat(touches()).extracting(Touch::getX).containsExactly(0, 0);
      assertThat(touches()).extracting(Touch::getPressure).containsExactly(1, 0);
    }
  }

  private List<Touch> touches() {
    return sdk.last().touches().stream().flatMap(t -> t.getTouchesList().stream()).toList();
  }

  private static InputEvent touch(long micros, int code, int value) {
    return new InputEvent(micros, TOUCHSCREEN, InputEvent.EV_ABS, code, value);
  }

  @Test
  void whatTheNetworkSentIsReportedAsUnused() throws Exception {
    open(60, LONG, LONG);
    UdpFlow flow =
        new UdpFlow(
            17,
            new InetSocketAddress("10.0.0.1", 1000),
            new InetSocketAddress("10.0.0.2", 53),
            List.of(),
            Set.of());
    Tape tape = new Tape(BOOT, BOOT + SECOND, List.of(), List.of(flow), List.of());
    try (Machine machine = switchedOn()) {
      ReplayReport report = machine.replay(BOOT, SECOND, List.of(), tape);
      assertThat(report.network().unused()).containsExactly(17L);
      assertThat(report.network().flows()).isEmpty();
      assertThat(Math.abs(report.clockErrorMicros()))
          .isLessThan(60L * FakeSdk.PACE.speed() * SECOND);
      assertThat(machine.usage().residentBytes()).isPositive();
    }
  }
}
