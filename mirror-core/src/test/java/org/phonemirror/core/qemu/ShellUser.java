package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.machine.Typing;
import org.phonemirror.core.tape.Tape;

/** A mirror whose user types commands into the reference phone's shell, interval by interval. */
final class ShellUser implements AutoCloseable {
  static final String MIRROR = "sip:+15550001@ims.test";
  static final long BOOT = 1_767_600_000_000_000L;
  static final long SECOND = 1_000_000;

  private final Machine machine;
  private long start;

  /** Switches it on and opens the shell. */
  ShellUser(MachineDriver driver) throws MachineException {
    machine = driver.start(driver.create(MIRROR, TestTemplate.MODEL), 1);
    machine.powerOn(BOOT);
    Typing typing = HomeScreen.shell(BOOT);
    start = BOOT;
    replay(typing, typing.micros(), Tape.silent(BOOT, typing.micros()));
  }

  /** When the next interval starts, and typing begins. */
  long start() {
    return start;
  }

  /** When the last key of a text that is typed from the interval's start on is pressed. */
  long typed(String text) {
    return start + (text.length() - 1) * Typing.STEP_MICROS;
  }

  /** Types a line and lets the interval end a time after it. */
  ReplayReport type(String line, long restMicros, Tape tape) throws MachineException {
    String text = line + "\n";
    return replay(Typing.at(start).type(text), typed(text) + restMicros, tape);
  }

  /** Lets an interval pass in which nothing is typed. */
  ReplayReport rest(long micros, Tape tape) throws MachineException {
    return replay(Typing.at(start), start + micros, tape);
  }

  private ReplayReport replay(Typing typing, long end, Tape tape) throws MachineException {
    ReplayReport report = machine.replay(start, end - start, typing.events(), tape);
    start = end;
    return report;
  }

  Machine machine() {
    return machine;
  }

  /** A file in the user's home directory. */
  String file(String name) throws MachineException {
    return machine.readStorage(top -> read(top.resolve("home").resolve(name)));
  }

  /** A file in the user's home directory. */
  byte[] bytes(String name) throws MachineException {
    return machine.readStorage(top -> Files.readAllBytes(top.resolve("home").resolve(name)));
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }

  @Override
  public void close() {
    machine.close();
  }
}
