package org.phonemirror.core.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.tape.Tape;

class FakeMachineDriverTest implements MachineDriverContract {
  @TempDir private Path directory;
  private FakeMachineDriver driver;

  @BeforeEach
  void make() {
    driver = new FakeMachineDriver(directory, phoneModel());
  }

  @Override
  public MachineDriver driver() {
    return driver;
  }

  @Override
  public MachineDriver driverAfterCrash() {
    driver.crash();
    return driver;
  }

  @Override
  public String phoneModel() {
    return "fake";
  }

  @Override
  public Typing openNotes(long startMicros) {
    return Typing.at(startMicros);
  }

  @Override
  public String typedFile() {
    return FakeMachineDriver.TYPED;
  }

  @Test
  void orderedFaultsHappenOnce() throws MachineException {
    driver.failNext(FakeMachineDriver.Operation.START, "no memory");
    Checkpoint created = driver.create(MIRROR, "fake");
    assertThatThrownBy(() -> driver.start(created, 1)).hasMessage("no memory");
    Typing typing = Typing.at(BOOT).type("abc\n");
    Tape tape = Tape.silent(BOOT, BOOT + 10_000_000);
    try (Machine machine = driver.start(created, 1)) {
      machine.powerOn(BOOT);
      driver.loseNextKey();
      machine.replay(BOOT, 10_000_000, typing.events(), tape);
      assertThat(
              machine.<String>readStorage(
                  top -> Files.readString(top.resolve(FakeMachineDriver.TYPED))))
          .isEqualTo("bc\n");
    }
    assertThat(driver.replayed())
        .containsExactly(
            new FakeMachineDriver.Replayed(MIRROR, BOOT, 10_000_000, typing.events(), tape));
  }
}
