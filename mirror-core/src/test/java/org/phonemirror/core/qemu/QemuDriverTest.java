package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.MachineDriverContract;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.Typing;

/** The contract, on the reference phone: what is typed goes through its shell to {@code cat}. */
class QemuDriverTest implements MachineDriverContract {
  @TempDir private static Path templates;
  @TempDir private Path state;
  private QemuDriver driver;
  private QemuDriver afterCrash;

  @BeforeAll
  static void buildTemplate() throws IOException {
    TestTemplate.buildIn(templates);
  }

  @BeforeEach
  void open() throws IOException {
    driver = new QemuDriver(templates, state, QemuSettings.defaults());
    afterCrash = new QemuDriver(templates, state, QemuSettings.defaults());
  }

  @AfterEach
  void close() {
    afterCrash.close();
    driver.close();
  }

  @Override
  public MachineDriver driver() {
    return driver;
  }

  @Override
  public MachineDriver driverAfterCrash() throws MachineException {
    return afterCrash;
  }

  @Override
  public String phoneModel() {
    return TestTemplate.MODEL;
  }

  @Override
  public Typing openNotes(long startMicros) {
    return HomeScreen.shell(startMicros).type("cat >> typed.txt\n").pause(1_000_000);
  }

  @Override
  public String typedFile() {
    return "home/typed.txt";
  }
}
