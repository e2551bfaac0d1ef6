package org.phonemirror.testnet.hss;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who wants to know of changes to what the HSS itself knows of a subscriber. */
final class ImsSubscriptions {
  /** A server may make up as many Server-Names as it likes. */
  private static final int MAX_PER_SUBSCRIBER = 100;

  private final Map<String, Set<Watch>> byImpi = new ConcurrentHashMap<>();
  private final Runnable changed;

  ImsSubscriptions(Runnable changed) {
    this.changed = changed;
  }

  /**
   * One subscription.
   *
   * @param reference Data-Reference
   * @param serverName part of the key of filter criteria, and of no other data
   */
  record Watch(long reference, Optional<String> serverName, Repository.Watcher watcher) {}

  /**
   * Adds all or none.
   *
   * @return whether there was room
   */
  synchronized boolean add(String impi, List<Watch> watches) {
    Set<Watch> all = new HashSet<>(of(impi));
    if (!all.addAll(watches)) {
      return true;
    }
    if (all.size() > MAX_PER_SUBSCRIBER) {
      return false;
    }
    byImpi.put(impi, Set.copyOf(all));
    changed.run();
    return true;
  }

  /** Harmless if they are not there. */
  synchronized void remove(String impi, List<Watch> watches) {
    Set<Watch> rest = new HashSet<>(of(impi));
    if (rest.removeAll(Set.copyOf(watches))) {
      byImpi.put(impi, Set.copyOf(rest));
      changed.run();
    }
  }

  Set<Watch> of(String impi) {
    return byImpi.getOrDefault(impi, Set.of());
  }

  Map<String, Set<Watch>> all() {
    return Map.copyOf(byImpi);
  }

  void load(Map<String, Set<Watch>> all) {
    byImpi.putAll(all);
  }
}
