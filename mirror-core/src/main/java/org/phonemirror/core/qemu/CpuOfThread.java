package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.phonemirror.core.program.Program;
import org.phonemirror.core.program.ProgramFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each thread that works with guests a CPU, in turn. A server has as many such threads as
 * CPUs, so guests at work have one each; when a guest kept the CPU of its start, two of them had to
 * share one half of the time, beside another that was idle.
 */
final class CpuOfThread {
  private static final Logger LOG = LoggerFactory.getLogger(CpuOfThread.class);
  private static final Duration MOVE_TIME = Duration.ofSeconds(10);

  private final List<Integer> cpus;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicBoolean told = new AtomicBoolean();
  private final ThreadLocal<Integer> ofThread = ThreadLocal.withInitial(this::another);

  private CpuOfThread(List<Integer> cpus) {
    this.cpus = cpus;
  }

  /** Of the CPUs that this process may use; a container often has but some of the host's. */
  static CpuOfThread ofThisProcess() throws IOException {
    return new CpuOfThread(
        parse(
            Confinement.field(
                Files.readAllLines(Path.of("/proc/self/status")), "Cpus_allowed_list:")));
  }

  private int another() {
    return cpus.get(Math.floorMod(next.getAndIncrement(), cpus.size()));
  }

  /** The calling thread's. */
  int get() {
    return ofThread.get();
  }

  /** A CPU, or all, in the list format of cpuset(7). */
  String list(int cpu) {
    return cpu == QemuProcess.ALL_CPUS
        ? cpus.stream().map(each -> each.toString()).collect(Collectors.joining(","))
        : Integer.toString(cpu);
  }

  /**
   * Moves all threads of a guest to the calling thread's CPU. Linux lets a process do so with those
   * of its own user, or with CAP_SYS_NICE (sched_setaffinity(2)); guests of a server with neither
   * stay where they are, as that is only slower.
   */
  void move(QemuProcess guest) throws IOException {
    int cpu = get();
    if (guest.cpu() == cpu) {
      return;
    }
    List<String> command =
        List.of("taskset", "-a", "-c", "-p", Integer.toString(cpu), Long.toString(guest.pid()));
    try {
      Program.run(command, "", MOVE_TIME);
      guest.movedTo(cpu);
    } catch (ProgramFailedException e) {
      if (guest.isAlive() && told.compareAndSet(false, true)) {
        LOG.warn("guests stay on the CPUs that they were started on: {}", e.getMessage());
      }
    }
  }

  /** Reads the list format of cpuset(7), for example {@code 0-3,8}. */
  static List<Integer> parse(String list) {
    List<Integer> cpus = new ArrayList<>();
    for (String part : list.split(",", -1)) {
      String[] ends = part.split("-", 2);
      int last = Integer.parseInt(ends[ends.length - 1]);
      for (int cpu = Integer.parseInt(ends[0]); cpu <= last; cpu++) {
        cpus.add(cpu);
      }
    }
    return cpus;
  }
}
