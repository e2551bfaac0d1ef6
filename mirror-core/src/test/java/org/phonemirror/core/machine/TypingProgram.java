package org.phonemirror.core.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.phonemirror.sync.InputEvent;

/** The one program of a {@link FakeMachineDriver}'s phones: appends each typed line to a file. */
final class TypingProgram {
  private final Path file;
  private final BooleanSupplier losesKey;
  private final Set<Integer> down = new HashSet<>();
  private StringBuilder line;

  /**
   * A program.
   *
   * @param line what was typed of its line already
   * @param losesKey asked for each character; one for which it is so is lost
   */
  TypingProgram(Path file, String line, BooleanSupplier losesKey) {
    this.file = file;
    this.line = new StringBuilder(line);
    this.losesKey = losesKey;
  }

  /** What is typed of the line. */
  String line() {
    return line.toString();
  }

  /** Loses the line that is not finished: the power goes, or comes. */
  void cut() {
    line = new StringBuilder();
  }

  /** Takes an event of the keyboard. */
  void key(InputEvent event) throws MachineException {
    if (event.value() == 0) {
      down.remove(event.code());
      return;
    }
    down.add(event.code());
    char c = Typing.character(event.code(), down.stream().anyMatch(Typing::isShift));
    if (c == 0 || Typing.isShift(event.code()) || losesKey.getAsBoolean()) {
      return;
    }
    line.append(c);
    if (c == '\n') {
      append(FileTime.from(event.timeMicros(), TimeUnit.MICROSECONDS));
      cut();
    }
  }

  private void append(FileTime time) throws MachineException {
    try {
      if (!Files.exists(file)) {
        Files.createFile(file);
        Files.setLastModifiedTime(file.getParent(), time);
      }
      Files.writeString(file, line, StandardOpenOption.APPEND);
      Files.setLastModifiedTime(file, time);
    } catch (IOException e) {
      throw new MachineException("can't write in " + file + ": " + e, e);
    }
  }
}
