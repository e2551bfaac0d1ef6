package org.phonemirror.container;

import java.util.function.LongSupplier;

/**
 * Decides which requests are served, by how long they have waited for a thread: controlled delay
 * (K. Nichols and V. Jacobson, ACM Queue 10/5, 2012), as servers use it (B. Maurer, "Fail at
 * Scale", ACM Queue 13/8, 2015).
 *
 * <p>A queue that empties once in every interval only evens out bursts: what waits in it is served
 * as long as the answer still comes in time. A queue that has not is a standing one: the server
 * gets more than it can serve. From then on whoever has waited longer than the target is turned
 * away, which costs little and makes the queue short for the others. No rate has to be configured.
 */
final class Admission {
  /** A queue is standing if nobody waits less than this. */
  static final long TARGET_NANOS = 20_000_000;

  /** How long the queue has to stand. */
  static final long INTERVAL_NANOS = 200_000_000;

  /** Nobody is served after this; the S-CSCF has its answer within 500 ms. */
  static final long LIMIT_NANOS = 400_000_000;

  /** So few in an interval are no queue: something else has held them up. */
  static final int MANY = 20;

  private final LongSupplier nanoTime;
  private long intervalEnd;
  private long shortest = Long.MAX_VALUE;
  private int requests;
  private boolean standing;

  /**
   * Serves everybody until the first interval has passed.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  Admission(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.intervalEnd = nanoTime.getAsLong() + INTERVAL_NANOS;
  }

  /** Whether to serve a request that has waited so long, in nanoseconds. */
  synchronized boolean admits(long waited) {
    long now = nanoTime.getAsLong();
    if (now - intervalEnd >= 0) {
      standing = requests >= MANY && shortest > TARGET_NANOS;
      requests = 0;
      shortest = Long.MAX_VALUE;
      intervalEnd = now + INTERVAL_NANOS;
    }
    requests++;
    shortest = Math.min(shortest, waited);
    return waited <= (standing ? TARGET_NANOS : LIMIT_NANOS);
  }
}
