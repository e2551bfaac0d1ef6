package org.phonemirror.core.traffic.flow;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.phonemirror.core.traffic.packet.Budget;

/**
 * Bytes of a stream that came before the bytes in front of them. Where segments overlap, the bytes
 * that came first stay. Bounded by its own limit and a budget that is shared.
 */
final class EarlyBytes {
  /** No stream is as long. */
  static final long NOTHING = Long.MAX_VALUE;

  /** Beside the bytes themselves. */
  private static final int OVERHEAD = 128;

  /** What came of adding bytes. */
  enum Outcome {
    KEPT,
    /** Bytes that had come before for the same places were others. */
    CONFLICT,
    FULL
  }

  private final int limit;
  private final Budget budget;
  private final TreeMap<Long, byte[]> segments = new TreeMap<>();
  private int bytes;

  EarlyBytes(int limit, Budget budget) {
    this.limit = limit;
    this.budget = budget;
  }

  boolean isEmpty() {
    return segments.isEmpty();
  }

  /** Place of the first byte, or {@link #NOTHING}. */
  long first() {
    return segments.isEmpty() ? NOTHING : segments.firstKey();
  }

  /** Place after the last byte; only if there are any. */
  long end() {
    Map.Entry<Long, byte[]> last = segments.lastEntry();
    return last.getKey() + last.getValue().length;
  }

  /** Takes the first segment out. */
  byte[] remove() {
    byte[] segment = segments.pollFirstEntry().getValue();
    giveBack(segment.length + OVERHEAD);
    return segment;
  }

  Outcome add(long place, byte[] data, int from, int length) {
    boolean conflict = false;
    long at = place;
    long end = place + length;
    while (at < end) {
      Map.Entry<Long, byte[]> present = segments.floorEntry(at);
      if (present != null && at < present.getKey() + present.getValue().length) {
        byte[] held = present.getValue();
        int skip = (int) (at - present.getKey());
        int same = (int) Math.min(held.length - skip, end - at);
        int index = from + (int) (at - place);
        conflict |= !Arrays.equals(held, skip, skip + same, data, index, index + same);
        at += same;
      } else {
        Long next = segments.higherKey(at);
        long stop = next == null ? end : Math.min(end, next);
        int index = from + (int) (at - place);
        if (!put(at, Arrays.copyOfRange(data, index, index + (int) (stop - at)))) {
          return Outcome.FULL;
        }
        at = stop;
      }
    }
    return conflict ? Outcome.CONFLICT : Outcome.KEPT;
  }

  private boolean put(long place, byte[] segment) {
    int size = segment.length + OVERHEAD;
    if (bytes + size > limit || !budget.take(size)) {
      return false;
    }
    bytes += size;
    segments.put(place, segment);
    return true;
  }

  private void giveBack(int size) {
    bytes -= size;
    budget.give(size);
  }

  void clear() {
    segments.clear();
    giveBack(bytes);
  }
}
