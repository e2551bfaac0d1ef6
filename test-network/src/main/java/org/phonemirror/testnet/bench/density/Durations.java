package org.phonemirror.testnet.bench.density;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Times that something took. Safe for use by several threads. */
final class Durations {
  private final List<Long> nanos = new ArrayList<>();

  synchronized void add(long taken) {
    nanos.add(taken);
  }

  synchronized int count() {
    return nanos.size();
  }

  /** A percentile in milliseconds (nearest rank); 0 where there is nothing. */
  synchronized double millis(int percent) {
    if (nanos.isEmpty()) {
      return 0;
    }
    List<Long> sorted = new ArrayList<>(nanos);
    Collections.sort(sorted);
    int rank = (int) Math.ceil(percent / 100.0 * sorted.size());
    return sorted.get(Math.max(0, rank - 1)) / 1e6;
  }

  /** Their sum in seconds. */
  synchronized double seconds() {
    return nanos.stream().mapToLong(Long::longValue).sum() / 1e9;
  }
}
