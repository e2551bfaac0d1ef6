package org.phonemirror.core.qemu.realtime;

/**
 * What a guest's clock shows, which nobody can set: it was given its time at boot, goes while the
 * guest runs, and stands while it does not.
 *
 * <p>Whoever starts and stops the guest takes a little of its time each time. What adds up so is
 * taken off the next interval. A guest that is far off, by a boot that took longer than expected or
 * since the phone's clock was set, can't be helped: it keeps its distance, and the interval is
 * replayed on its own clock, as much later.
 */
final class GuestClock {
  /** What is taken off an interval at most, in microseconds. */
  static final long MOST_CATCH_UP = 1_000_000;

  private static final long NANOS_PER_MICRO = 1_000;

  private long atRest;
  private long shift;
  private long resumedNanos;
  private boolean runs;

  /**
   * Of a guest that is stopped.
   *
   * @param micros what it shows, in microseconds since the epoch
   * @param shift how much later than the phone's it is
   */
  GuestClock(long micros, long shift) {
    this.atRest = micros;
    this.shift = shift;
  }

  /** It goes, from a time of {@link System#nanoTime} on. */
  void resumed(long nanos) {
    resumedNanos = nanos;
    runs = true;
  }

  /** It stands, after it has gone for so long. */
  void stopped(long ranMicros) {
    atRest += ranMicros;
    runs = false;
  }

  /** What it shows. */
  long micros(long nanos) {
    return runs ? atRest + (nanos - resumedNanos) / NANOS_PER_MICRO : atRest;
  }

  /** What the phone's clock showed at the same place of its time. */
  long phoneMicros(long nanos) {
    return micros(nanos) - shift;
  }

  /** How much later it is than the phone's, for good. */
  long shift() {
    return shift;
  }

  /** An interval begins that began on the phone at a time; the guest is stopped. */
  void begin(long startMicros) {
    long ahead = atRest - shift - startMicros;
    if (Math.abs(ahead) > MOST_CATCH_UP) {
      shift += ahead;
    }
  }
}
