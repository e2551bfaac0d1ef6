package org.phonemirror.client;

import java.time.Clock;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * The phone's two clocks. The wall clock dates events and can be set; the monotonic clock cannot,
 * which is how a set wall clock is noticed.
 *
 * @param wall the wall clock
 * @param nanoTime a clock in nanoseconds that never jumps, as {@link System#nanoTime}
 */
public record PhoneClock(Clock wall, LongSupplier nanoTime) {
  /** The clocks of this device. */
  public static PhoneClock system() {
    return new PhoneClock(Clock.systemUTC(), System::nanoTime);
  }

  /** Microseconds since the epoch (UTC). */
  public long wallMicros() {
    Instant now = wall.instant();
    return Math.addExact(
        Math.multiplyExact(now.getEpochSecond(), 1_000_000L), now.getNano() / 1000);
  }

  /** Microseconds since an arbitrary moment. */
  public long monotonicMicros() {
    return nanoTime.getAsLong() / 1000;
  }
}
