package org.phonemirror.core.emulator;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An emulator's process. */
final class EmulatorProcess {
  static final String LOG = "emulator.log";

  private static final int LOG_TAIL_BYTES = 2000;
  private static final long KILL_SECONDS = 10;
  private static final long EXPLAIN_MILLIS = 200;

  private final Process process;
  private final Path log;

  EmulatorProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  long pid() {
    return process.pid();
  }

  /** Whether it ends within a time. */
  boolean endsWithin(Duration time) throws IOException {
    return endsWithin(time.toNanos());
  }

  private boolean endsWithin(long nanos) throws IOException {
    try {
      process.onExit().get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IOException("the emulator can't be waited for", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /**
   * Lets time pass.
   *
   * @throws IOException if it ends meanwhile, with what it said
   */
  void live(long nanos) throws IOException {
    if (endsWithin(nanos)) {
      throw ended(null);
    }
  }

  /** Kills it, and waits until it is gone. Safe to call again. */
  void kill() {
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

  /** An exception for something that failed, with what the emulator said if it has ended. */
  IOException explain(IOException failure) {
    try {
      return process.waitFor(EXPLAIN_MILLIS, TimeUnit.MILLISECONDS) ? ended(failure) : failure;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failure;
    }
  }

  private IOException ended(IOException failure) {
    return new IOException(
        "the emulator has ended with exit code " + process.exitValue() + logTail(), failure);
  }

  private String logTail() {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      byte[] tail = new byte[(int) Math.min(LOG_TAIL_BYTES, file.length())];
      file.seek(file.length() - tail.length);
      file.readFully(tail);
      String text = new String(tail, StandardCharsets.UTF_8).strip();
      return text.isEmpty() ? "" : ": " + text;
    } catch (IOException e) {
      return " (its log can't be read: " + e.getMessage() + ")";
    }
  }
}
