package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Starts QEMU processes, which end with this one however it ends.
 *
 * <p>Linux can send a child a signal when its parent goes (prctl(2), PR_SET_PDEATHSIG), but the
 * parent is the thread that started it. So one thread, which lives as long as the launcher, starts
 * all of them.
 *
 * <p>All threads of one guest run on one CPU: its virtual CPU, main loop and monitor take turns
 * anyway, and waking each other on another CPU cost a third to a half of all.
 */
public final class QemuLauncher implements AutoCloseable {
  private final String binary;
  private final List<Integer> cpus;
  private final AtomicInteger nextCpu = new AtomicInteger();
  private final ExecutorService starter =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "qemu-starter");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Starts one program.
   *
   * @param binary path or name of {@code qemu-system-x86_64}
   */
  public QemuLauncher(String binary) throws IOException {
    this.binary = binary;
    this.cpus = allowedCpus();
  }

  /**
   * Starts QEMU in a directory, in which it keeps its sockets and its log.
   *
   * @throws IOException if it can't be started; it may still end right after
   */
  public QemuProcess start(Path directory, List<String> arguments) throws IOException {
    int cpu = cpus.get(Math.floorMod(nextCpu.getAndIncrement(), cpus.size()));
    return start(directory, List.of("taskset", "-c", "" + cpu), arguments);
  }

  /** As {@link #start}, for a guest with several virtual CPUs: it may use all of this process's. */
  public QemuProcess startOnAllCpus(Path directory, List<String> arguments) throws IOException {
    return start(directory, List.of(), arguments);
  }

  private QemuProcess start(Path directory, List<String> on, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL"));
    command.addAll(on);
    command.add(binary);
    command.addAll(arguments);
    Path log = directory.resolve(QemuProcess.LOG);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    return new QemuProcess(onStarter(builder::start), directory);
  }

  private Process onStarter(Callable<Process> start) throws IOException {
    try {
      return starter.submit(start).get();
    } catch (ExecutionException e) {
      throw new IOException("can't start QEMU: " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while starting QEMU", e);
    } catch (java.util.concurrent.RejectedExecutionException e) {
      throw new IOException("can't start QEMU: the driver is closed", e);
    }
  }

  /** The CPUs that this process may use; a container often has but some of the host's. */
  private static List<Integer> allowedCpus() throws IOException {
    String prefix = "Cpus_allowed_list:";
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(prefix)) {
        return parseCpuList(line.substring(prefix.length()).strip());
      }
    }
    throw new IOException("/proc/self/status has no " + prefix);
  }

  /** Reads the list format of cpuset(7), for example {@code 0-3,8}. */
  static List<Integer> parseCpuList(String list) {
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

  /** Ends the starting thread, and with it all processes that still run. */
  @Override
  public void close() {
    starter.shutdownNow();
  }
}
