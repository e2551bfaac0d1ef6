package org.phonemirror.testnet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.phonemirror.sync.InputEvent;

/**
 * One interval's taps, of keys in a random order that only this knows, and what the program {@code
 * tapfile} of the reference phone must have made of them: for the Nth tap since it was started a
 * file N, with the key's letter, written at the tap's time.
 *
 * @param first number of the first tap
 * @param times when each key is pressed, in microseconds since the epoch
 * @param letters of the keys
 */
record Taps(int first, List<Long> times, String letters) {
  /** An mtime is the kernel's tick at most early, and as late as the disk and the program. */
  private static final long EARLY_MICROS = 20_000;

  private static final long LATE_MICROS = 1_000_000;

  /**
   * What was found in storage.
   *
   * @param errors files that are missing, hold another key, or are older than their predecessor or
   *     not of their tap's time
   * @param latestMicros the longest time from a tap to its file's mtime
   */
  record Findings(int errors, long latestMicros) {}

  /** Taps at equal distances. */
  static Taps random(int first, int count, long startMicros, long stepMicros, Random random) {
    List<Long> times = new ArrayList<>();
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < count; i++) {
      times.add(startMicros + stepMicros / 2 + i * stepMicros);
      letters.append((char) ('a' + random.nextInt(26)));
    }
    return new Taps(first, List.copyOf(times), letters.toString());
  }

  List<InputEvent> events() {
    List<InputEvent> events = new ArrayList<>();
    for (int i = 0; i < times.size(); i++) {
      events.addAll(Keyboard.press(times.get(i), Keyboard.code(letters.charAt(i))));
    }
    return events;
  }

  /** Compares with the directory that tapfile writes to, as seen from outside the guest. */
  Findings check(Path directory) throws IOException {
    int errors = 0;
    long latest = 0;
    long before = 0;
    for (int i = 0; i < times.size(); i++) {
      Path file = directory.resolve(String.format("%03d", first + i));
      if (!Files.isRegularFile(file)
          || !Files.readString(file).equals(letters.substring(i, i + 1))) {
        errors++;
        continue;
      }
      long written = Files.getLastModifiedTime(file).to(TimeUnit.MICROSECONDS);
      long late = written - times.get(i);
      if (written < before || late < -EARLY_MICROS || late > LATE_MICROS) {
        errors++;
      }
      before = written;
      latest = Math.max(latest, late);
    }
    return new Findings(errors, latest);
  }
}
