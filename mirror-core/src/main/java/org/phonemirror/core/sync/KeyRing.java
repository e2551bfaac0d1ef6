package org.phonemirror.core.sync;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.phonemirror.core.subscriber.Impu;

/** The pre-shared keys of the phones that may synchronize; the journal is where they are kept. */
public final class KeyRing {
  /** Whose key it is, and the key. */
  public record Entry(Impu subscriber, byte[] key) {}

  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final Map<Impu, Integer> counts = new ConcurrentHashMap<>();

  /** Makes a key valid. */
  public void put(String identity, Impu subscriber, byte[] key) {
    Entry old = entries.put(identity, new Entry(subscriber, key.clone()));
    counts.merge(subscriber, 1, Integer::sum);
    if (old != null) {
      discount(old.subscriber());
    }
  }

  /** Makes a key invalid. */
  public void remove(String identity) {
    Entry old = entries.remove(identity);
    if (old != null) {
      discount(old.subscriber());
    }
  }

  /** Makes all keys of a subscriber invalid. */
  public void removeAll(Impu subscriber) {
    entries.forEach(
        (identity, entry) -> {
          if (entry.subscriber().equals(subscriber)) {
            remove(identity);
          }
        });
  }

  private void discount(Impu subscriber) {
    counts.computeIfPresent(subscriber, (key, count) -> count == 1 ? null : count - 1);
  }

  /** Whether a subscriber has a key, which all have whose mirror may follow their phone. */
  public boolean hasKey(Impu subscriber) {
    return counts.containsKey(subscriber);
  }

  /** The key of a PSK identity; empty if there is none. */
  public Optional<Entry> find(String identity) {
    return Optional.ofNullable(entries.get(identity));
  }
}
