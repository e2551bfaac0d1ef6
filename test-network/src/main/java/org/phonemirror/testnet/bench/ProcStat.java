package org.phonemirror.testnet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process or a thread has used, as proc(5) tells it.
 *
 * @param name of its command or thread, as Linux cuts it: 15 bytes
 * @param seconds of CPU, its own, in user and kernel
 * @param childSeconds of its children that have ended
 */
public record ProcStat(String name, double seconds, double childSeconds) {
  /** USER_HZ is 100 on every machine that runs Java. */
  private static final double TICK = 0.01;

  /** After the name, which may hold anything: utime; stime, cutime and cstime follow. */
  private static final int USER_TIME = 11;

  /**
   * Reads it.
   *
   * @param directory {@code /proc/PID} or {@code /proc/PID/task/TID}
   * @throws IOException NoSuchFileException if it is no more
   */
  public static ProcStat of(Path directory) throws IOException {
    String stat = Files.readString(directory.resolve("stat"));
    int end = stat.lastIndexOf(')');
    List<String> fields = List.of(stat.substring(end + 2).split(" ", -1));
    return new ProcStat(
        stat.substring(stat.indexOf('(') + 1, end),
        (ticks(fields, 0) + ticks(fields, 1)) * TICK,
        (ticks(fields, 2) + ticks(fields, 3)) * TICK);
  }

  private static long ticks(List<String> fields, int field) {
    return Long.parseLong(fields.get(USER_TIME + field));
  }
}
