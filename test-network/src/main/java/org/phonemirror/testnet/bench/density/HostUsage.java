package org.phonemirror.testnet.bench.density;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * CPU that this process and all that it ever started have used, as proc(5) tells: the server and
 * its QEMU processes, copies and whatever else works for mirrors.
 *
 * @param javaSeconds user and system time of this process
 * @param childSeconds of processes below it, those that have ended too
 */
record HostUsage(double javaSeconds, double childSeconds) {
  /** USER_HZ is 100 on every machine that runs Java. */
  private static final double TICK = 0.01;

  /** Of /proc/PID/stat after the command's name, which may hold anything: utime. */
  private static final int USER_TIME = 11;

  static HostUsage now() throws IOException {
    long[] own = ticks("self");
    double java = (own[0] + own[1]) * TICK;
    double children = (own[2] + own[3]) * TICK;
    for (ProcessHandle process : ProcessHandle.current().descendants().toList()) {
      try {
        for (long ticks : ticks(Long.toString(process.pid()))) {
          children += ticks * TICK;
        }
      } catch (NoSuchFileException e) {
        // it has just ended: whoever waited for it has its time
      } catch (IOException e) {
        if (process.isAlive()) {
          throw e;
        }
      }
    }
    return new HostUsage(java, children);
  }

  HostUsage minus(HostUsage before) {
    return new HostUsage(javaSeconds - before.javaSeconds, childSeconds - before.childSeconds);
  }

  double seconds() {
    return javaSeconds + childSeconds;
  }

  /** utime, stime, cutime, cstime. */
  private static long[] ticks(String pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", pid, "stat"));
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    long[] ticks = new long[4];
    for (int i = 0; i < ticks.length; i++) {
      ticks[i] = Long.parseLong(fields.get(USER_TIME + i));
    }
    return ticks;
  }

  /** Memory that this machine can still give without swapping, in bytes. */
  static long availableBytes() throws IOException {
    return kilobytes(Path.of("/proc/meminfo"), "MemAvailable:") * 1024;
  }

  /** PSS of the QEMU processes, each in bytes. */
  static List<Long> resident() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").contains("qemu-system"))
        .map(process -> Path.of("/proc/" + process.pid() + "/smaps_rollup"))
        .flatMap(
            file -> {
              try {
                return java.util.stream.Stream.of(kilobytes(file, "Pss:") * 1024);
              } catch (IOException e) {
                return java.util.stream.Stream.empty(); // it has just ended
              }
            })
        .toList();
  }

  private static long kilobytes(Path file, String name) throws IOException {
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException(file + " has no " + name);
  }
}
