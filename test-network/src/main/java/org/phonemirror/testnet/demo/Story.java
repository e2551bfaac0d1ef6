package org.phonemirror.testnet.demo;

import java.io.PrintStream;
import java.time.Duration;

/** Tells what happens, with the time since the beginning. */
public final class Story {
  private final PrintStream out;
  private final long start = System.nanoTime();

  /** Tells it to a stream. */
  public Story(PrintStream out) {
    this.out = out;
  }

  /** A line. */
  public void tell(String line) {
    out.printf("[%6.1f s] %s%n", (System.nanoTime() - start) / 1e9, line);
    out.flush();
  }

  /** Something that comes true. */
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws Exception;
  }

  /**
   * Waits until something is so.
   *
   * @throws IllegalStateException if it is not within the time
   */
  public static void await(String what, Duration time, Condition condition) throws Exception {
    long deadline = System.nanoTime() + time.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not within " + time.toSeconds() + " s: " + what);
      }
      Thread.sleep(200);
    }
  }

  /** A number of bytes for people. */
  public static String size(long bytes) {
    if (bytes < 1 << 10) {
      return bytes + " B";
    }
    return bytes < 1 << 20
        ? "%.1f KB".formatted(bytes / 1024.0)
        : "%.1f MB".formatted(bytes / 1024.0 / 1024.0);
  }
}
