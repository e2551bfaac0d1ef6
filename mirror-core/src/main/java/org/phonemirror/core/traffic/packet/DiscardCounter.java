package org.phonemirror.core.traffic.packet;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what was discarded, by reason. */
public final class DiscardCounter {
  private final Map<Discard, LongAdder> counts = new EnumMap<>(Discard.class);

  public DiscardCounter() {
    for (Discard reason : Discard.values()) {
      counts.put(reason, new LongAdder());
    }
  }

  /**
   * Counts one.
   *
   * @return false, which is what a decoder returns then
   */
  public boolean count(Discard reason) {
    counts.get(reason).increment();
    return false;
  }

  /** The counts so far, without reasons that never came up. */
  public Map<Discard, Long> snapshot() {
    Map<Discard, Long> snapshot = new EnumMap<>(Discard.class);
    counts.forEach(
        (reason, count) -> {
          if (count.sum() > 0) {
            snapshot.put(reason, count.sum());
          }
        });
    return snapshot;
  }
}
