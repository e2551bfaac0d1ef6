package org.phonemirror.testnet.hss;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.profile.RepositoryData;

/** Transparent data of application servers, and who wants to know of changes to it. */
final class Repository {
  private final Map<DataKey, RepositoryData> data = new ConcurrentHashMap<>();
  private final Map<DataKey, Set<Watcher>> watchers = new ConcurrentHashMap<>();
  private final Runnable changed;
  private volatile boolean watchAbsent;

  Repository(Runnable changed) {
    this.changed = changed;
  }

  /** The identities of an implicit registration set share their data. */
  record DataKey(String impi, String serviceIndication) {}

  /** An application server, and by which identity it knows the user. */
  record Watcher(String host, String realm, Impu user) {}

  Optional<RepositoryData> get(DataKey key) {
    return Optional.ofNullable(data.get(key));
  }

  /**
   * Takes an update if its sequence number fits the present data (TS 29.328 §6.1.2).
   *
   * @return whether it fitted
   */
  synchronized boolean update(DataKey key, RepositoryData update) {
    RepositoryData present = data.get(key);
    int expected = present == null ? 0 : present.nextSequenceNumber();
    if (update.sequenceNumber() != expected) {
      return false;
    }
    if (update.serviceData().isPresent()) {
      data.put(key, update);
    } else {
      data.remove(key);
    }
    changed.run();
    return true;
  }

  /** Whether data that is not there yet may be watched; a standard HSS answers 5106. */
  void watchAbsent(boolean allowed) {
    watchAbsent = allowed;
  }

  boolean canWatch(DataKey key) {
    return watchAbsent || data.containsKey(key);
  }

  void watch(DataKey key, Watcher watcher) {
    watchers.computeIfAbsent(key, k -> ConcurrentHashMap.newKeySet()).add(watcher);
    changed.run();
  }

  void unwatch(DataKey key, Watcher watcher) {
    watchers.getOrDefault(key, Set.of()).remove(watcher);
    changed.run();
  }

  Set<Watcher> watchers(DataKey key) {
    return Set.copyOf(watchers.getOrDefault(key, Set.of()));
  }

  Map<DataKey, RepositoryData> all() {
    return Map.copyOf(data);
  }

  Map<DataKey, Set<Watcher>> allWatchers() {
    return Map.copyOf(watchers);
  }

  void load(Map<DataKey, RepositoryData> all, Map<DataKey, Set<Watcher>> allWatchers) {
    data.putAll(all);
    allWatchers.forEach(
        (key, some) ->
            watchers.computeIfAbsent(key, k -> ConcurrentHashMap.newKeySet()).addAll(some));
  }
}
