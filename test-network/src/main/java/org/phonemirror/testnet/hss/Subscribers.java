package org.phonemirror.testnet.hss;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.phonemirror.core.subscriber.Impu;

/** The subscribers that the HSS knows, by identity. */
public final class Subscribers {
  private final Map<String, Subscriber> byImpi = new ConcurrentHashMap<>();
  private final Map<Impu, Subscriber> byImpu = new ConcurrentHashMap<>();

  /**
   * Adds a subscriber, or replaces the one with the same private identity.
   *
   * @throws IllegalArgumentException if a public identity belongs to another
   */
  public synchronized void put(Subscriber subscriber) {
    for (Impu impu : subscriber.impus()) {
      Optional<Subscriber> owner = byImpu(impu);
      if (owner.isPresent() && !owner.get().impi().equals(subscriber.impi())) {
        throw new IllegalArgumentException(impu + " belongs to " + owner.get().impi());
      }
    }
    remove(subscriber.impi());
    byImpi.put(subscriber.impi(), subscriber);
    subscriber.impus().forEach(impu -> byImpu.put(impu, subscriber));
  }

  /** Removes a subscriber; harmless if there is none. */
  public synchronized void remove(String impi) {
    Subscriber old = byImpi.remove(impi);
    if (old != null) {
      old.impus().forEach(byImpu::remove);
    }
  }

  /** The subscriber with this private identity. */
  public Optional<Subscriber> byImpi(String impi) {
    return Optional.ofNullable(byImpi.get(impi));
  }

  /** The subscriber with this public identity. */
  public Optional<Subscriber> byImpu(Impu impu) {
    return Optional.ofNullable(byImpu.get(impu));
  }
}
