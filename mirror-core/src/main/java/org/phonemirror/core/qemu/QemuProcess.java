package org.phonemirror.core.qemu;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.phonemirror.core.machine.MachineUsage;

/** A QEMU process in a directory of its own. */
public final class QemuProcess {
  static final String LOG = "qemu.log";

  /** Instead of a CPU: its threads run on all that this process may use. */
  static final int ALL_CPUS = -1;

  private static final int LOG_TAIL_BYTES = 2000;
  private static final long KILL_SECONDS = 10;

  /** Exit code of a process that signal 7 has ended. */
  private static final int BUS_ERROR = 128 + 7;

  private final Process process;
  private final Path directory;
  private final GuestDirectory own;
  private volatile int cpu;

  QemuProcess(Process process, Path directory, GuestDirectory own, int cpu) {
    this.process = process;
    this.directory = directory;
    this.own = own;
    this.cpu = cpu;
  }

  /** The one that all its threads run on, or {@link #ALL_CPUS}. */
  int cpu() {
    return cpu;
  }

  void movedTo(int other) {
    cpu = other;
  }

  /** Its working directory. */
  public GuestDirectory directory() {
    return own;
  }

  /** Its number. */
  public long pid() {
    return process.pid();
  }

  /** Whether it has not ended. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * The path of one of its sockets, by way of its working directory: the address of a Unix domain
   * socket has at most 107 bytes, which a mirror's directory may exceed.
   */
  public Path socket(String name) {
    return Path.of("/proc/" + pid() + "/cwd", name);
  }

  /** Kills it, and waits until it is gone. Safe to call again. */
  public void kill() {
    process.destroyForcibly();
    boolean interrupted = false;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(KILL_SECONDS);
    while (process.isAlive() && System.nanoTime() < end) {
      try {
        process.waitFor(KILL_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What it costs its host. */
  public MachineUsage usage() throws IOException {
    return new MachineUsage(ProcessUsage.cpuMicros(pid()), ProcessUsage.residentBytes(pid()));
  }

  /** An exception for something that failed, with what QEMU said if it has ended. */
  public IOException explain(IOException failure) {
    try {
      if (process.waitFor(200, TimeUnit.MILLISECONDS)) {
        return new IOException(
            "QEMU has ended with exit code " + process.exitValue() + cause() + logTail(), failure);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return failure;
  }

  private String cause() {
    // its images are mapped: there is no other way to tell it that a block can't be had
    return process.exitValue() == BUS_ERROR
        ? " (SIGBUS: no space left on the disk of its storage, or that can't be read)"
        : "";
  }

  private String logTail() {
    try (RandomAccessFile log = new RandomAccessFile(directory.resolve(LOG).toFile(), "r")) {
      byte[] tail = new byte[(int) Math.min(LOG_TAIL_BYTES, log.length())];
      log.seek(log.length() - tail.length);
      log.readFully(tail);
      String text = new String(tail, StandardCharsets.UTF_8).strip();
      return text.isEmpty() ? "" : ": " + text;
    } catch (IOException e) {
      return " (its log can't be read: " + e.getMessage() + ")";
    }
  }
}
