package org.phonemirror.testnet.bench.density;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.phonemirror.testnet.bench.ProcStat;

/**
 * CPU that this process and all that it ever started have used, as proc(5) tells: the server and
 * its QEMU processes, copies and whatever else works for mirrors.
 *
 * @param javaSeconds user and system time of this process
 * @param childSeconds of processes below it, those that have ended too
 */
record HostUsage(double javaSeconds, double childSeconds) {
  private static final Path PROC = Path.of("/proc");

  static HostUsage now() throws IOException {
    ProcStat own = ProcStat.of(PROC.resolve("self"));
    double children = own.childSeconds();
    for (ProcessHandle process : ProcessHandle.current().descendants().toList()) {
      try {
        ProcStat stat = ProcStat.of(PROC.resolve(Long.toString(process.pid())));
        children += stat.seconds() + stat.childSeconds();
      } catch (NoSuchFileException e) {
        // it has just ended: whoever waited for it has its time
      } catch (IOException e) {
        if (process.isAlive()) {
          throw e;
        }
      }
    }
    return new HostUsage(own.seconds(), children);
  }

  HostUsage minus(HostUsage before) {
    return new HostUsage(javaSeconds - before.javaSeconds, childSeconds - before.childSeconds);
  }

  double seconds() {
    return javaSeconds + childSeconds;
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
