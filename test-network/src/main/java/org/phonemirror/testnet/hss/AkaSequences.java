package org.phonemirror.testnet.hss;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.phonemirror.testnet.aka.Vector;

/** SQN of each card, as the HSS counts it (TS 33.102 annex C). */
final class AkaSequences {
  private final Map<String, Long> byImpi = new ConcurrentHashMap<>();
  private final Runnable changed;

  AkaSequences(Runnable changed) {
    this.changed = changed;
  }

  long next(String impi) {
    long next = byImpi.merge(impi, 1L, (old, one) -> (old + one) & Vector.MAX_SQN);
    changed.run();
    return next;
  }

  /** The card has told its own. */
  void set(String impi, long sqn) {
    byImpi.put(impi, sqn);
    changed.run();
  }

  Map<String, Long> all() {
    return Map.copyOf(byImpi);
  }

  void load(Map<String, Long> all) {
    byImpi.putAll(all);
  }
}
