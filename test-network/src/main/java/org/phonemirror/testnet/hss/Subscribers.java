package org.phonemirror.testnet.hss;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.phonemirror.core.subscriber.Impu;

/** The subscribers that the HSS knows, by identity. */
public final class Subscribers {
  private final Map<String, Subscriber> byImpi = new ConcurrentHashMap<>();
  private final Map<Impu, Subscriber> byImpu = new ConcurrentHashMap<>();
  private final Map<String, Subscriber> byMsisdn = new ConcurrentHashMap<>();
  private final Map<String, Subscriber> byImsi = new ConcurrentHashMap<>();
  private volatile Runnable changed = () -> {};

  /**
   * Adds a subscriber, or replaces the one with the same private identity.
   *
   * @throws IllegalArgumentException if a public identity or a number belongs to another
   */
  public synchronized void put(Subscriber subscriber) {
    subscriber.impus().forEach(impu -> checkFree(impu.uri(), byImpu(impu), subscriber));
    subscriber.msisdns().forEach(msisdn -> checkFree(msisdn, byMsisdn(msisdn), subscriber));
    subscriber.imsi().ifPresent(imsi -> checkFree(imsi, byImsi(imsi), subscriber));
    forget(subscriber.impi());
    byImpi.put(subscriber.impi(), subscriber);
    subscriber.impus().forEach(impu -> byImpu.put(impu, subscriber));
    subscriber.msisdns().forEach(msisdn -> byMsisdn.put(msisdn, subscriber));
    subscriber.imsi().ifPresent(imsi -> byImsi.put(imsi, subscriber));
    changed.run();
  }

  private static void checkFree(String identity, Optional<Subscriber> owner, Subscriber wanting) {
    if (owner.isPresent() && !owner.get().impi().equals(wanting.impi())) {
      throw new IllegalArgumentException(identity + " belongs to " + owner.get().impi());
    }
  }

  /** Removes a subscriber; harmless if there is none. */
  public synchronized void remove(String impi) {
    forget(impi);
    changed.run();
  }

  private void forget(String impi) {
    Subscriber old = byImpi.remove(impi);
    if (old != null) {
      old.impus().forEach(byImpu::remove);
      old.msisdns().forEach(byMsisdn::remove);
      old.imsi().ifPresent(byImsi::remove);
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

  /** The subscriber with this telephone number. */
  public Optional<Subscriber> byMsisdn(String digits) {
    return Optional.ofNullable(byMsisdn.get(digits));
  }

  /** The subscriber with this identity in the packet domain. */
  public Optional<Subscriber> byImsi(String imsi) {
    return Optional.ofNullable(byImsi.get(imsi));
  }

  List<Subscriber> all() {
    return List.copyOf(byImpi.values());
  }

  void onChange(Runnable listener) {
    changed = listener;
  }
}
