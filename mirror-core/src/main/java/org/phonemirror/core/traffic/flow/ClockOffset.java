package org.phonemirror.core.traffic.flow;

/**
 * By how much the server's clock is ahead of a phone's, from when the phone's batches arrived. On
 * the way a batch only gets later, so that the smallest difference among the last ones is nearest
 * to the truth; older ones are forgotten, as clocks drift and phones set theirs.
 */
final class ClockOffset {
  private static final int REMEMBERED = 8;

  private final long[] differences = new long[REMEMBERED];
  private int observed;

  void observe(long phoneMicros, long serverMicros) {
    differences[observed % REMEMBERED] = serverMicros - phoneMicros;
    observed++;
    if (observed == 2 * REMEMBERED) {
      observed = REMEMBERED;
    }
  }

  /** In microseconds; 0 as long as nothing is known: both have the network's time then. */
  long micros() {
    long smallest = observed == 0 ? 0 : Long.MAX_VALUE;
    for (int i = 0; i < Math.min(observed, REMEMBERED); i++) {
      smallest = Math.min(smallest, differences[i]);
    }
    return smallest;
  }
}
