package org.phonemirror.core.machine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.InputEvent;

/** What every driver must do. A test class gives the driver, with a phone model that types. */
public interface MachineDriverContract {
  /** The time at which the tests' phone is switched on, in microseconds since the epoch. */
  long BOOT = 1_767_600_000_000_000L;

  /** The name of the tests' mirror. */
  String MIRROR = "sip:+15550001@ims.test";

  /** The driver of this test, with state of its own. */
  MachineDriver driver();

  /** A new driver on the state that {@link #driver} left when its server crashed. */
  MachineDriver driverAfterCrash() throws MachineException;

  /** A phone model that the driver has a template of. */
  String phoneModel();

  /**
   * What a user does, from the home screen on, until each line that is typed is appended to the
   * file {@link #typedFile}.
   */
  Typing openNotes(long startMicros);

  /** Relative to user storage. */
  String typedFile();

  /** What programs are given to do their work after the last key, on the mirror's clock. */
  default long workMicros() {
    return 2_000_000;
  }

  @Test
  default void aNewMirrorIsInFactoryState() throws MachineException {
    assertThat(driver().latest(MIRROR)).isEmpty();
    Checkpoint created = driver().create(MIRROR, phoneModel());
    assertThat(created).isEqualTo(new Checkpoint(MIRROR, phoneModel(), 0, false));
    assertThat(driver().latest(MIRROR)).contains(created);
    assertThatThrownBy(() -> driver().create(MIRROR, phoneModel()))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining(MIRROR);
  }

  @Test
  default void aPhoneModelWithoutATemplateIsNamed() {
    assertThatThrownBy(() -> driver().checkTemplate("nosuchmodel"))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("nosuchmodel");
    assertThatThrownBy(() -> driver().create(MIRROR, "nosuchmodel"))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("nosuchmodel");
  }

  @Test
  default void whatIsTypedIsInStorage() throws MachineException {
    try (Machine machine = switchedOn()) {
      Typing typing = openNotes(BOOT).type("Hello, mirror\n");
      ReplayReport report = replay(machine, BOOT, typing);
      assertThat(report.events()).isEqualTo(typing.events().size());
      assertThat(report.orderErrors()).isZero();
      assertThat(typed(machine)).isEqualTo("Hello, mirror\n");

      Typing more = Typing.at(next(typing)).type("again\n");
      replay(machine, next(typing), more);
      assertThat(typed(machine)).isEqualTo("Hello, mirror\nagain\n");
    }
  }

  @Test
  default void whatAMirrorHasOnDiskIsTold() throws MachineException {
    try (Machine machine = switchedOn()) {
      replay(machine, BOOT, openNotes(BOOT).type("a line\n"));
      machine.save(2);
      Map<String, DiskUse> use = driver().diskUse(List.of(MIRROR, "sip:nobody@ims.test"));
      assertThat(use).containsOnlyKeys(MIRROR);
      assertThat(use.get(MIRROR).checkpointBytes()).isPositive();
      assertThat(use.get(MIRROR).bytes()).isGreaterThanOrEqualTo(use.get(MIRROR).checkpointBytes());
    }
    driver().remove(MIRROR);
    assertThat(driver().diskUse(List.of(MIRROR))).isEmpty();
  }

  @Test
  default void aSessionGoesOnFromItsCheckpoint() throws MachineException {
    Typing typing = openNotes(BOOT).type("half a ");
    try (Machine machine = switchedOn()) {
      replay(machine, BOOT, typing);
      assertThat(machine.save(7)).isEqualTo(new Checkpoint(MIRROR, phoneModel(), 7, true));
      // what comes after the checkpoint is gone with the machine
      replay(machine, next(typing), Typing.at(next(typing)).type("night\n"));
    }
    Checkpoint latest = driver().latest(MIRROR).orElseThrow();
    try (Machine machine = driver().start(latest, 2)) {
      replay(machine, next(typing), Typing.at(next(typing)).type("line\n"));
      assertThat(typed(machine)).isEqualTo("half a line\n");
    }
  }

  @Test
  default void aSessionGoesOnAfterACrashOfTheServer() throws MachineException {
    Typing typing = openNotes(BOOT).type("before ");
    Machine lost = switchedOn();
    replay(lost, BOOT, typing);
    lost.save(1);
    MachineDriver driver = driverAfterCrash();
    Checkpoint latest = driver.latest(MIRROR).orElseThrow();
    assertThat(latest.position()).isEqualTo(1);
    try (Machine machine = driver.start(latest, 2)) {
      replay(machine, next(typing), Typing.at(next(typing)).type("after\n"));
      assertThat(typed(machine)).isEqualTo("before after\n");
    }
  }

  @Test
  default void severalIntervalsSavedAndRestoredInTurn() throws MachineException {
    Typing typing = openNotes(BOOT);
    long time = next(typing);
    try (Machine machine = switchedOn()) {
      replay(machine, BOOT, typing);
      machine.save(1);
    }
    StringBuilder expected = new StringBuilder();
    for (int i = 2; i <= 5; i++) {
      try (Machine machine = driver().start(driver().latest(MIRROR).orElseThrow(), i)) {
        Typing more = Typing.at(time).type("line " + i + "\n");
        replay(machine, time, more);
        time = next(more);
        expected.append("line ").append(i).append('\n');
        assertThat(typed(machine)).isEqualTo(expected.toString());
        machine.save(i);
      }
    }
  }

  @Test
  default void switchedOffAndOnAgainKeepsStorageOnly() throws MachineException {
    try (Machine machine = switchedOn()) {
      Typing typing = openNotes(BOOT).type("one\ntwo");
      replay(machine, BOOT, typing);
      machine.powerOff(next(typing));
      assertThat(typed(machine)).isEqualTo("one\n");
      assertThat(machine.save(3).poweredOn()).isFalse();
      assertThatThrownBy(() -> replay(machine, next(typing), Typing.at(next(typing)).type("x")))
          .isInstanceOf(MachineException.class)
          .hasMessageContaining("switched off");
    }
    long later = BOOT + 3_600_000_000L;
    try (Machine machine = driver().start(driver().latest(MIRROR).orElseThrow(), 2)) {
      assertThat(typed(machine)).isEqualTo("one\n");
      machine.powerOn(later);
      replay(machine, later, openNotes(later).type("three\n"));
      assertThat(typed(machine)).isEqualTo("one\nthree\n");
    }
  }

  @Test
  default void switchingOnASessionThatIsOnIsAPowerCut() throws MachineException {
    try (Machine machine = switchedOn()) {
      replay(machine, BOOT, openNotes(BOOT).type("kept\nlost"));
      long later = BOOT + 60_000_000;
      machine.powerOn(later);
      replay(machine, later, openNotes(later).type("new\n"));
      assertThat(typed(machine)).isEqualTo("kept\nnew\n");
    }
  }

  @Test
  default void aNewerEpochEndsTheOlderMachine() throws MachineException {
    Machine older = switchedOn();
    Typing typing = openNotes(BOOT).type("a\n");
    replay(older, BOOT, typing);
    Checkpoint saved = older.save(1);
    try (Machine newer = driver().start(saved, 5)) {
      assertThatThrownBy(() -> replay(older, next(typing), Typing.at(next(typing)).type("b\n")))
          .isInstanceOf(MachineException.class);
      assertThatThrownBy(() -> older.save(2)).isInstanceOf(MachineException.class);
      assertThat(driver().latest(MIRROR)).contains(saved);
      assertThatThrownBy(() -> driver().start(saved, 5))
          .isInstanceOf(MachineException.class)
          .hasMessageContaining("epoch 5");
      assertThatThrownBy(() -> driver().start(saved, 4))
          .isInstanceOf(MachineException.class)
          .hasMessageContaining("epoch 4");
      older.close();
      // the newer one is none the worse
      replay(newer, next(typing), Typing.at(next(typing)).type("c\n"));
      assertThat(typed(newer)).isEqualTo("a\nc\n");
    }
  }

  @Test
  default void aClosedMachineRefusesAndCanBeClosedAgain() throws MachineException {
    Machine machine = switchedOn();
    machine.close();
    machine.close();
    assertThatThrownBy(() -> machine.powerOn(BOOT)).isInstanceOf(MachineException.class);
    assertThatThrownBy(() -> machine.save(1)).isInstanceOf(MachineException.class);
    assertThatThrownBy(() -> machine.readStorage(Files::exists))
        .isInstanceOf(MachineException.class);
  }

  @Test
  default void theBaseTheNextAndTheNewestTwoCheckpointsAreKept() throws MachineException {
    try (Machine machine = driver().start(driver().create(MIRROR, phoneModel()), 1)) {
      for (int i = 1; i <= 6; i++) {
        machine.save(i);
      }
      assertThat(driver().release(MIRROR, 0)).isZero();
      assertThat(driver().release(MIRROR, 1)).isEqualTo(1);
    }
    for (int gone : new int[] {0, 2, 3, 4}) {
      assertThatThrownBy(
              () -> driver().start(new Checkpoint(MIRROR, phoneModel(), gone, false), 10 + gone))
          .isInstanceOf(MachineException.class)
          .hasMessageContaining("position=" + gone);
    }
    driver().start(new Checkpoint(MIRROR, phoneModel(), 5, false), 20).close();
    assertThat(driver().latest(MIRROR).orElseThrow().position()).isEqualTo(6);
  }

  @Test
  default void aMirrorThatIsRewoundStartsAtItsBase() throws MachineException {
    assertThat(driver().rewind(MIRROR, phoneModel(), 0)).isEmpty();
    Typing typing = openNotes(BOOT).type("kept\n");
    try (Machine machine = switchedOn()) {
      replay(machine, BOOT, typing);
      machine.save(4);
      replay(machine, next(typing), Typing.at(next(typing)).type("gone\n"));
      machine.save(5);
    }
    assertThat(driver().rewind(MIRROR, phoneModel(), 6)).isEmpty();
    assertThat(driver().latest(MIRROR).orElseThrow().position()).isEqualTo(5);
    Checkpoint base = driver().rewind(MIRROR, phoneModel(), 1).orElseThrow();
    assertThat(base.position()).isEqualTo(4);
    assertThat(driver().latest(MIRROR)).contains(base);
    try (Machine machine = driver().start(base, 2)) {
      replay(machine, next(typing), Typing.at(next(typing)).type("other\n"));
      assertThat(typed(machine)).isEqualTo("kept\nother\n");
    }
  }

  @Test
  default void whatIsWrittenFromOutsideIsInStorageAndTheSessionSeesIt() throws MachineException {
    try (Machine machine = switchedOn()) {
      Typing typing = openNotes(BOOT).type("one\n");
      replay(machine, BOOT, typing);
      if (machine.whyNotWritable().isPresent()) {
        mustRefuseToWrite(machine);
        return;
      }
      long modified = BOOT - 60_000_123;
      byte[] block = new byte[300_000];
      new java.util.Random(1).nextBytes(block);
      String odd = "home/an \"odd\"\nname é";
      List<String> refused =
          machine.write(
              List.of(
                  // the session's program appends to it and goes on at the new end
                  new StorageWrite.FileRegion(
                      typedFile(), 0644, modified, 0, "more than one\n".getBytes(UTF_8), 14),
                  new StorageWrite.Directory(odd, 0750),
                  new StorageWrite.FileRegion(odd + "/f", 0600, modified, 5, block, 300_100),
                  new StorageWrite.SymbolicLink(odd + "/l", "/etc"),
                  new StorageWrite.FileRegion(
                      odd + "/l/no", 0600, modified, 0, "x".getBytes(UTF_8), 1),
                  new StorageWrite.Directory("home/gone", 0700),
                  new StorageWrite.Remove("home/gone"),
                  new StorageWrite.Remove("home/nothing")));
      assertThat(refused).hasSize(2);
      assertThat(refused.get(0)).contains("/l/no");
      assertThat(refused.get(1)).contains("home/nothing");
      replay(machine, next(typing), Typing.at(next(typing)).type("two\n"));
      assertThat(typed(machine)).isEqualTo("more than one\ntwo\n");
      machine.readStorage(
          top -> {
            byte[] written = Files.readAllBytes(top.resolve(odd + "/f"));
            assertThat(written).hasSize(300_100).startsWith(0, 0, 0, 0, 0).endsWith(0, 0, 0);
            assertThat(java.util.Arrays.copyOfRange(written, 5, 300_005)).isEqualTo(block);
            assertThat(Files.getLastModifiedTime(top.resolve(odd + "/f")).toMillis())
                .isEqualTo(modified / 1000);
            assertThat(Files.readSymbolicLink(top.resolve(odd + "/l"))).hasToString("/etc");
            assertThat(top.resolve("home/gone")).doesNotExist();
            return true;
          });
      machine.powerOff(next(typing) + 60_000_000);
      assertThatThrownBy(() -> machine.write(List.of(new StorageWrite.Remove("home"))))
          .isInstanceOf(MachineException.class)
          .hasMessageContaining("switched off");
    }
  }

  private void mustRefuseToWrite(Machine machine) throws MachineException {
    String reason = machine.whyNotWritable().orElseThrow();
    List<String> refused =
        machine.write(
            List.of(new StorageWrite.Remove(typedFile()), new StorageWrite.Directory("new", 0755)));
    assertThat(refused).hasSize(2).allMatch(refusal -> refusal.endsWith(reason));
    assertThat(refused.get(0)).contains(typedFile());
    assertThat(typed(machine)).isEqualTo("one\n");
  }

  @Test
  default void aRemovedMirrorIsGone() throws MachineException {
    Machine machine = switchedOn();
    driver().remove(MIRROR);
    assertThat(driver().latest(MIRROR)).isEmpty();
    assertThatThrownBy(() -> machine.save(1)).isInstanceOf(MachineException.class);
    driver().remove(MIRROR);
    driver().create(MIRROR, phoneModel());
  }

  @Test
  default void mirrorsOfAnyNameAreApart() throws MachineException {
    List<String> names = List.of("sip:a@b", "sip:a_b", "../x", ".", "sip:a/b", "SIP:A@B");
    for (String name : names) {
      driver().create(name, phoneModel());
    }
    driver().remove("../x");
    for (String name : names) {
      assertThat(driver().latest(name).isPresent()).as(name).isEqualTo(!name.equals("../x"));
    }
  }

  @Test
  default void aStorageViewIsGoneAfterTheCallAndItsReaderMayFail() throws MachineException {
    try (Machine machine = driver().start(driver().create(MIRROR, phoneModel()), 1)) {
      AtomicReference<Path> seen = new AtomicReference<>();
      machine.readStorage(
          top -> {
            seen.set(top);
            return Files.isDirectory(top);
          });
      assertGone(seen.get());
      assertThatThrownBy(
              () ->
                  machine.readStorage(
                      top -> {
                        seen.set(top);
                        throw new IOException("reader's own");
                      }))
          .isInstanceOf(MachineException.class)
          .hasMessageContaining("reader's own");
      assertGone(seen.get());
    }
  }

  /** A new mirror's machine, epoch 1, switched on at {@link #BOOT}. */
  default Machine switchedOn() throws MachineException {
    Machine machine = driver().start(driver().create(MIRROR, phoneModel()), 1);
    machine.powerOn(BOOT);
    return machine;
  }

  private static void assertGone(Path view) {
    assertThatThrownBy(() -> Files.size(view))
        .isInstanceOfAny(NoSuchFileException.class, ClosedFileSystemException.class);
  }

  private ReplayReport replay(Machine machine, long start, Typing typing) throws MachineException {
    List<InputEvent> events = typing.events();
    return machine.replay(start, next(typing) - start, events, Tape.silent(start, next(typing)));
  }

  /** The end of an interval that holds what was typed, with time for programs to do their work. */
  private long next(Typing typing) {
    return typing.micros() + workMicros();
  }

  private String typed(Machine machine) throws MachineException {
    return machine.readStorage(top -> Files.readString(top.resolve(typedFile())));
  }
}
