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

  /** Makes a key valid. */
  public void put(String identity, Impu subscriber, byte[] key) {
    entries.put(identity, new Entry(subscriber, key.clone()));
  }

  /** Makes a key invalid. */
  public void remove(String identity) {
    entries.remove(identity);
  }

  /** Makes all keys of a subscriber invalid. */
  public void removeAll(Impu subscriber) {
    entries.values().removeIf(entry -> entry.subscriber().equals(subscriber));
  }

  /** The key of a PSK identity; empty if there is none. */
  public Optional<Entry> find(String identity) {
    return Optional.ofNullable(entries.get(identity));
  }
}
