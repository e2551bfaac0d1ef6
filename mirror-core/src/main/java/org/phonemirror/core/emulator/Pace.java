package org.phonemirror.core.emulator;

/**
 * How fast time goes for the emulators of a driver: as outside, or in tests of phones that are not
 * there a number of times faster.
 *
 * @param speed 1 for real time
 */
public record Pace(int speed) {
  public static final Pace REAL_TIME = new Pace(1);

  private static final long NANOS_PER_MICRO = 1_000;

  /** Microseconds since some moment. */
  long micros() {
    return System.nanoTime() / NANOS_PER_MICRO * speed;
  }

  /** How long the host has to wait for a time of {@link #micros}; negative if it is over. */
  long nanosUntil(long micros) {
    return (micros - micros()) * NANOS_PER_MICRO / speed;
  }
}
