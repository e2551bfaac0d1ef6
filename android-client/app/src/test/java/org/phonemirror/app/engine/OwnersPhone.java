package org.phonemirror.app.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.phonemirror.client.TestClock;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.InputEvent;

/**
 * The phone that the app is on: a machine of its own does what the owner types, when an interval
 * ends, and its storage is the app's then. Its time passes as the owner types.
 */
final class OwnersPhone implements AutoCloseable {
  private static final String[] ROWS = {"1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm,./"};
  private static final int[] FIRST = {2, 16, 30, 44};
  private static final int SPACE = 57;
  private static final int RETURN = 28;
  private static final int DOWN = 108;

  /** Of the home screen, from its top. */
  private static final int SHELL = 5;

  private static final long MILLI = 1_000;
  private static final long PROGRAM_STARTS = 5_000 * MILLI;

  /** So that what was written is not in doubt. */
  private static final long REST = 2_000 * MILLI;

  private final Machine machine;
  private final TestClock clock;
  private final Path storage;
  private final List<InputEvent> events = new ArrayList<>();
  private long start;

  /** The owner's input is seen. */
  interface Seen {
    void report(List<InputEvent> report);
  }

  /**
   * A phone that is off.
   *
   * @param machine closed together with this
   * @param storage a directory that is to be what the phone's storage is
   */
  OwnersPhone(Machine machine, TestClock clock, Path storage) {
    this.machine = machine;
    this.clock = clock;
    this.storage = storage;
  }

  void switchOn() throws MachineException {
    start = clock.now();
    machine.powerOn(start);
    copyStorage(start);
  }

  /** Chooses the shell on the home screen. */
  void openShell(Seen seen) {
    clock.advance(PROGRAM_STARTS);
    for (int i = 0; i < SHELL; i++) {
      tap(seen, DOWN);
    }
    tap(seen, RETURN);
    clock.advance(PROGRAM_STARTS);
  }

  /** Types small letters, digits and the like. */
  void type(Seen seen, String text) {
    text.chars().forEach(c -> tap(seen, code((char) c)));
    clock.advance(REST);
  }

  private static int code(char c) {
    for (int row = 0; row < ROWS.length; row++) {
      if (ROWS[row].indexOf(c) >= 0) {
        return FIRST[row] + ROWS[row].indexOf(c);
      }
    }
    return switch (c) {
      case ' ' -> SPACE;
      case '\n' -> RETURN;
      default -> throw new IllegalArgumentException("there is no key for '" + c + "'");
    };
  }

  private void tap(Seen seen, int code) {
    for (int value = 1; value >= 0; value--) {
      InputEvent event = new InputEvent(clock.now(), 0, InputEvent.EV_KEY, code, value);
      events.add(event);
      seen.report(List.of(event));
      clock.advance(75 * MILLI);
    }
  }

  /** The machine does what was typed in an interval, up to its end. */
  void replay(long lengthMicros) throws MachineException {
    machine.replay(start, lengthMicros, events, Tape.silent(start, start + lengthMicros));
    events.clear();
    start += lengthMicros;
    copyStorage(start - REST);
  }

  private void copyStorage(long writtenMicros) throws MachineException {
    machine.readStorage(
        top -> {
          clear();
          copy(top, FileTime.fromMillis(writtenMicros / MILLI));
          return storage;
        });
  }

  private void clear() throws IOException {
    try (Stream<Path> all = Files.walk(storage)) {
      for (Path path : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
        if (!path.equals(storage)) {
          Files.delete(path);
        }
      }
    }
  }

  private void copy(Path top, FileTime time) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(top)) {
      all = walk.filter(path -> !path.equals(top)).toList();
    }
    for (Path path : all) {
      Path target = storage.resolve(top.relativize(path).toString());
      if (Files.isSymbolicLink(path)) {
        Files.createSymbolicLink(target, Path.of(Files.readSymbolicLink(path).toString()));
      } else if (Files.isDirectory(path)) {
        Files.createDirectory(target);
      } else {
        Files.copy(path, target);
      }
    }
    try (Stream<Path> walk = Files.walk(storage)) {
      for (Path path : (Iterable<Path>) walk.sorted(Comparator.reverseOrder())::iterator) {
        if (!Files.isSymbolicLink(path)) {
          Files.setLastModifiedTime(path, time);
        }
      }
    }
  }

  @Override
  public void close() {
    machine.close();
  }
}
