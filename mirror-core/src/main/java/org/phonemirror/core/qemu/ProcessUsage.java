package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a process has of its host, as proc(5) tells. */
public final class ProcessUsage {
  /** Linux counts a process's time in USER_HZ, which is 100 on every machine that runs Java. */
  private static final long MICROS_PER_TICK = 10_000;

  /** Fields of /proc/PID/stat after the command's name, which may hold anything. */
  private static final int USER_TIME = 11;

  private static final int SYSTEM_TIME = 12;

  private ProcessUsage() {}

  /** CPU time in microseconds, user and system, without that of its children. */
  public static long cpuMicros(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    long ticks = Long.parseLong(fields.get(USER_TIME)) + Long.parseLong(fields.get(SYSTEM_TIME));
    return ticks * MICROS_PER_TICK;
  }

  /** Its proportional set size in bytes. */
  public static long residentBytes(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
      if (line.startsWith("Pss:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new IOException("/proc/" + pid + "/smaps_rollup has no Pss");
  }
}
