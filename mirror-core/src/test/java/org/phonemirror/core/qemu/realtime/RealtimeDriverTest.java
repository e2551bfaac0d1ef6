package org.phonemirror.core.qemu.realtime;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.MachineDriverContract;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.Typing;
import org.phonemirror.core.qemu.QemuSettings;

/**
 * The contract, on a phone without an agent: what is typed goes through a shell on the console to
 * {@code cat}. Real time passes in real time; so most tests begin with a session that was saved
 * after one boot.
 */
class RealtimeDriverTest implements MachineDriverContract {
  @TempDir private static Path templates;
  @TempDir private static Path booted;
  @TempDir private Path state;
  private RealtimeDriver driver;
  private RealtimeDriver afterCrash;

  @BeforeAll
  static void boot() throws IOException, MachineException {
    ConsolePhone.buildIn(templates);
    ConsolePhone.saveBooted(templates, booted, MIRROR, BOOT);
  }

  @BeforeEach
  void open() throws IOException {
    driver = new RealtimeDriver(templates, state, QemuSettings.defaults());
    afterCrash = new RealtimeDriver(templates, state, QemuSettings.defaults());
  }

  @AfterEach
  void close() {
    afterCrash.close();
    driver.close();
  }

  @Override
  public Machine switchedOn() throws MachineException {
    ConsolePhone.copyBooted(booted, state);
    return driver.start(driver.latest(MIRROR).orElseThrow(), 1);
  }

  @Override
  public MachineDriver driver() {
    return driver;
  }

  @Override
  public MachineDriver driverAfterCrash() {
    return afterCrash;
  }

  @Override
  public String phoneModel() {
    return ConsolePhone.MODEL;
  }

  @Override
  public Typing openNotes(long startMicros) {
    return Typing.at(startMicros).type("cat>>t\n").pause(500_000);
  }

  @Override
  public String typedFile() {
    return "home/t";
  }

  /** An interval's end waits for the guest, until it has no work and writes nothing. */
  @Override
  public long workMicros() {
    return 500_000;
  }
}
