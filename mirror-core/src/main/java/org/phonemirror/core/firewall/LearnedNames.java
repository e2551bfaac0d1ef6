package org.phonemirror.core.firewall;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names that a subscriber's addresses were given by answers of DNS. Others have learned other
 * names, so that nobody can spoil them for all.
 */
final class LearnedNames {
  /**
   * A program may use an answer for longer than the answer says, and one that says too little must
   * not hide what it leads to.
   */
  private static final Duration SHORTEST = Duration.ofMinutes(5);

  private static final Duration LONGEST = Duration.ofDays(1);
  private static final int NAMES_PER_ADDRESS = 32;

  /** Addresses that all subscribers together may remember. */
  static final class Room {
    private final int limit;
    private int taken;

    Room(int limit) {
      this.limit = limit;
    }

    private boolean isFull() {
      return taken >= limit;
    }
  }

  private final int limit;
  private final Room room;

  /** By address, the least recently used first; names with the time that they are forgotten at. */
  private final Map<InetAddress, Map<String, Instant>> known = new LinkedHashMap<>(16, 0.75f, true);

  LearnedNames(int limit, Room room) {
    this.limit = limit;
    this.room = room;
  }

  void learn(DnsMessage answer, Instant now) {
    Duration valid = Duration.ofSeconds(answer.ttlSeconds());
    Instant until =
        now.plus(
            valid.compareTo(SHORTEST) < 0
                ? SHORTEST
                : valid.compareTo(LONGEST) > 0 ? LONGEST : valid);
    for (InetAddress address : answer.addresses()) {
      Map<String, Instant> names = known.get(address);
      if (names == null) {
        if (known.size() >= limit || room.isFull()) {
          forgetOldest();
        }
        if (room.isFull()) {
          return;
        }
        names = new LinkedHashMap<>();
        known.put(address, names);
        room.taken++;
      }
      for (int i = answer.names().size() - 1; i >= 0; i--) {
        names.remove(answer.names().get(i));
        names.put(answer.names().get(i), until);
        if (names.size() > NAMES_PER_ADDRESS) {
          names.remove(names.keySet().iterator().next());
        }
      }
    }
  }

  private void forgetOldest() {
    Iterator<InetAddress> oldest = known.keySet().iterator();
    if (oldest.hasNext()) {
      oldest.next();
      oldest.remove();
      room.taken--;
    }
  }

  /** Names of an address; the one that was asked for most recently comes last. */
  List<String> of(InetAddress address, Instant now) {
    Map<String, Instant> names = known.get(address);
    if (names == null) {
      return List.of();
    }
    names.values().removeIf(until -> !until.isAfter(now));
    return List.copyOf(names.keySet());
  }

  /** Forgets what is not valid any more. */
  void expire(Instant now) {
    Iterator<Map<String, Instant>> addresses = known.values().iterator();
    while (addresses.hasNext()) {
      Map<String, Instant> names = addresses.next();
      names.values().removeIf(until -> !until.isAfter(now));
      if (names.isEmpty()) {
        addresses.remove();
        room.taken--;
      }
    }
  }

  void clear() {
    room.taken -= known.size();
    known.clear();
  }

  int size() {
    return known.size();
  }
}
