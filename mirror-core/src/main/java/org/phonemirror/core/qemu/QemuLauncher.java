package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts QEMU processes, which end with this one however it ends.
 *
 * <p>Linux can send a child a signal when its parent goes (prctl(2), PR_SET_PDEATHSIG), but the
 * parent is the thread that started it. So one thread, which lives as long as the launcher, starts
 * all of them.
 *
 * <p>All threads of one guest run on one CPU: its virtual CPU, main loop and monitor take turns
 * anyway, and waking each other on another CPU cost a third to a half of all. It is that of the
 * server's thread that works with the guest ({@link CpuOfThread}).
 *
 * <p>Each process is shut in ({@link Confinement}), and has a user and a control group of its own
 * where that can be.
 */
public final class QemuLauncher implements AutoCloseable {
  private final String binary;
  private final Confinement confinement;
  private final Optional<ControlGroups> groups;
  private final Map<String, SealedMemory> memories = new HashMap<>();
  private final CpuOfThread cpus;
  private final ExecutorService starter =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "qemu-starter");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Finds out how guests can be shut in here.
   *
   * @throws IOException if they can't be run without the rights of root
   */
  public QemuLauncher(QemuSettings settings) throws IOException {
    this.binary = settings.binary();
    GuestLimits limits = settings.limits();
    this.confinement = Confinement.here(limits);
    this.groups =
        limits.cgroup().isPresent()
            ? Optional.of(new ControlGroups(limits.cgroup().get(), limits))
            : Optional.empty();
    this.cpus = CpuOfThread.ofThisProcess();
  }

  /**
   * Starts QEMU in a directory, in which it keeps its sockets and its log.
   *
   * @throws IOException if it can't be started; it may still end right after
   */
  public QemuProcess start(Path directory, Launch launch) throws IOException {
    int cpu = launch.size().cpus() == 1 ? cpus.get() : QemuProcess.ALL_CPUS;
    Optional<Integer> user = confinement.takeUser();
    Optional<Path> group = Optional.empty();
    try {
      group = groups.isPresent() ? Optional.of(groups.get().make(launch.size())) : Optional.empty();
      if (user.isPresent()) {
        mustBeReadable(launch.inputs());
      }
      GuestDirectory own = new GuestDirectory(directory, user);
      own.open(launch.owned());
      ProcessBuilder builder =
          new ProcessBuilder(confinement.command(user, cpus.list(cpu), group, binary, launch))
              .directory(directory.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve(QemuProcess.LOG).toFile());
      Process process = onStarter(() -> builder.start());
      Optional<Path> itsGroup = group;
      var unused = process.onExit().thenRun(() -> ended(user, itsGroup));
      return new QemuProcess(process, directory, own, cpu);
    } catch (IOException e) {
      ended(user, group);
      throw e;
    }
  }

  /** QEMU opens again what it has been given, as a user who owns none of it. */
  private static void mustBeReadable(List<Path> inputs) throws IOException {
    for (Path input : inputs) {
      if (!Files.getPosixFilePermissions(input).contains(PosixFilePermission.OTHERS_READ)) {
        throw new IOException(
            "guests run as users of their own, who can't read " + input + ": chmod o+r " + input);
      }
    }
  }

  private void ended(Optional<Integer> user, Optional<Path> group) {
    user.ifPresent(confinement::releaseUser);
    groups.ifPresent(g -> group.ifPresent(g::remove));
  }

  /**
   * Lets a guest of one virtual CPU go on on the CPU of the calling thread, which is about to work
   * with it.
   */
  public void takeOver(QemuProcess process) throws IOException {
    if (process.cpu() != QemuProcess.ALL_CPUS) {
      cpus.move(process);
    }
  }

  /** A template's memory, which all clones of it that are started here share. */
  Path memory(Template template) throws IOException {
    synchronized (memories) {
      SealedMemory memory = memories.get(template.id());
      if (memory == null || !memory.isThere()) {
        memory = SealedMemory.of(template.ram(), builder -> onStarter(builder::start));
        memories.put(template.id(), memory);
      }
      return memory.path();
    }
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

  /** Ends the starting thread, and with it all processes that still run. */
  @Override
  public void close() {
    starter.shutdownNow();
    synchronized (memories) {
      memories.values().forEach(SealedMemory::close);
      memories.clear();
    }
  }
}
