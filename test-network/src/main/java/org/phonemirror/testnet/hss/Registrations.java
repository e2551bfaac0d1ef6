package org.phonemirror.testnet.hss;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Which S-CSCF serves whom, and in what state (TS 29.228 §6.1.2). */
final class Registrations {
  private final Map<String, Registration> byImpi = new ConcurrentHashMap<>();
  private final Runnable changed;
  private final Listener listener;

  /**
   * Nobody is registered yet.
   *
   * @param changed keeps them
   * @param listener hears of each change, in order, when it is kept
   */
  Registrations(Runnable changed, Listener listener) {
    this.changed = changed;
    this.listener = listener;
  }

  /** Hears of changes; must not wait. */
  interface Listener {
    void changed(String impi, Optional<Registration> before, Optional<Registration> after);
  }

  /** What the HSS knows of a subscriber that an S-CSCF serves. */
  record Registration(State state, String serverName, String diameterHost, String diameterRealm) {}

  enum State {
    /** Being authenticated; the S-CSCF's name is known already. */
    PENDING,
    REGISTERED,
    /** An S-CSCF serves the subscriber while no phone of it is there. */
    UNREGISTERED
  }

  Optional<Registration> of(Subscriber subscriber) {
    return Optional.ofNullable(byImpi.get(subscriber.impi()));
  }

  synchronized void put(Subscriber subscriber, Registration registration) {
    Registration before = byImpi.put(subscriber.impi(), registration);
    changed.run();
    listener.changed(subscriber.impi(), Optional.ofNullable(before), Optional.of(registration));
  }

  /** An authentication that begins does not undo a registration. */
  synchronized void pending(Subscriber subscriber, Registration registration) {
    if (byImpi.putIfAbsent(subscriber.impi(), registration) == null) {
      listener.changed(subscriber.impi(), Optional.empty(), Optional.of(registration));
    }
  }

  synchronized void remove(Subscriber subscriber) {
    Registration before = byImpi.remove(subscriber.impi());
    changed.run();
    listener.changed(subscriber.impi(), Optional.ofNullable(before), Optional.empty());
  }

  Map<String, Registration> all() {
    return Map.copyOf(byImpi);
  }

  void load(Map<String, Registration> all) {
    byImpi.putAll(all);
  }
}
