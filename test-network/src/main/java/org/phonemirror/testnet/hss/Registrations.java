package org.phonemirror.testnet.hss;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Which S-CSCF serves whom, and in what state (TS 29.228 §6.1.2). */
final class Registrations {
  private final Map<String, Registration> byImpi = new ConcurrentHashMap<>();
  private final Runnable changed;

  Registrations(Runnable changed) {
    this.changed = changed;
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

  void put(Subscriber subscriber, Registration registration) {
    byImpi.put(subscriber.impi(), registration);
    changed.run();
  }

  /** An authentication that begins does not undo a registration. */
  void pending(Subscriber subscriber, Registration registration) {
    byImpi.putIfAbsent(subscriber.impi(), registration);
  }

  void remove(Subscriber subscriber) {
    byImpi.remove(subscriber.impi());
    changed.run();
  }

  Map<String, Registration> all() {
    return Map.copyOf(byImpi);
  }

  void load(Map<String, Registration> all) {
    byImpi.putAll(all);
  }
}
