package org.phonemirror.core.qemu;

import java.time.Duration;

/**
 * A moment by which something must have come to an end. Reads the JVM's monotonic time, as a
 * deadline must not move when the host's clock is set.
 */
public final class Deadline {
  private final Duration allowed;
  private final long endNanos;

  private Deadline(Duration allowed) {
    this.allowed = allowed;
    this.endNanos = System.nanoTime() + allowed.toNanos();
  }

  /** The moment after the given time from now. */
  public static Deadline in(Duration time) {
    return new Deadline(time);
  }

  /** How long it was when it was set. */
  public Duration allowed() {
    return allowed;
  }

  /** Whether it has come. */
  public boolean passed() {
    return System.nanoTime() - endNanos >= 0;
  }

  /** Milliseconds left, rounded up; 0 once it has passed. */
  public long millisLeft() {
    return Math.max(0, (endNanos - System.nanoTime() + 999_999) / 1_000_000);
  }
}
