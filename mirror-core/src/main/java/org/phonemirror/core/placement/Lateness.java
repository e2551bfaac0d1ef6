package org.phonemirror.core.placement;

import java.time.Duration;
import java.util.Arrays;

/** How late replays were, of the last few thousand. */
final class Lateness {
  private static final int KEPT = 4096;

  private final long[] begun = new long[KEPT];
  private final long[] ended = new long[KEPT];
  private long count;

  /** A replay began and ended so long after it was due. */
  synchronized void add(Duration begin, Duration end) {
    int slot = (int) (count++ % KEPT);
    begun[slot] = Math.max(0, begin.toMillis());
    ended[slot] = Math.max(0, end.toMillis());
  }

  synchronized long count() {
    return count;
  }

  synchronized PlacementFigures.Percentiles begun() {
    return percentiles(begun);
  }

  synchronized PlacementFigures.Percentiles ended() {
    return percentiles(ended);
  }

  private PlacementFigures.Percentiles percentiles(long[] millis) {
    long[] sorted = Arrays.copyOf(millis, (int) Math.min(count, KEPT));
    Arrays.sort(sorted);
    return new PlacementFigures.Percentiles(
        at(sorted, 0.5), at(sorted, 0.95), at(sorted, 0.99), at(sorted, 1));
  }

  private static Duration at(long[] sorted, double part) {
    int index = Math.max(0, (int) Math.ceil(part * sorted.length) - 1);
    return Duration.ofMillis(sorted.length == 0 ? 0 : sorted[index]);
  }
}
