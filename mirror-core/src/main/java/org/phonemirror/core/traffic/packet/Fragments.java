package org.phonemirror.core.traffic.packet;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Puts the fragments of one sender and one receiver of a tap together: a subscriber's, or those of
 * the tunnels themselves. Bounded in packets and time, and in bytes by a budget that is shared, so
 * that one subscriber's fragments take no room from another's packets that are whole.
 */
public final class Fragments {
  /** Linux' time for a packet's fragments to arrive. */
  static final long TIMEOUT_MICROS = 30_000_000;

  private static final int MAX_PACKETS = 64;

  private record Key(
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int identification,
      int protocol) {
    static Key of(IpPacket p) {
      // an IPv6 fragment tells its packet's protocol only where it is the first
      int protocol = p.isIpv6() ? IpDecoder.ANY_PROTOCOL : p.protocol;
      return new Key(
          p.sourceHigh,
          p.sourceLow,
          p.destinationHigh,
          p.destinationLow,
          p.identification,
          protocol);
    }
  }

  private final IpDecoder decoder;
  private final DiscardCounter discards;
  private final Budget budget;
  private final Map<Key, Assembly> assemblies = new LinkedHashMap<>();

  public Fragments(IpDecoder decoder, DiscardCounter discards, Budget budget) {
    this.decoder = decoder;
    this.discards = discards;
    this.budget = budget;
  }

  /**
   * Adds a fragment.
   *
   * @return whether its packet is complete; the argument is the whole packet then
   */
  public boolean add(IpPacket fragment, long micros) {
    expire(micros);
    Key key = Key.of(fragment);
    Assembly assembly = assemblies.get(key);
    if (assembly == null) {
      if (assemblies.size() >= MAX_PACKETS) {
        remove(assemblies.keySet().iterator().next());
        discards.count(Discard.FRAGMENT_LIMIT);
      }
      assembly = new Assembly(micros + TIMEOUT_MICROS);
      assemblies.put(key, assembly);
    }
    int before = assembly.bytes();
    if (!budget.take(Math.max(0, Assembly.bytesWith(fragment) - before))) {
      remove(key);
      return discards.count(Discard.FRAGMENT_LIMIT);
    }
    Assembly.Outcome outcome = assembly.add(fragment);
    budget.give(Math.max(0, Assembly.bytesWith(fragment) - before) - (assembly.bytes() - before));
    if (outcome == Assembly.Outcome.INCOMPLETE) {
      return false;
    }
    remove(key);
    return switch (outcome) {
      case OUT_OF_BOUNDS -> discards.count(Discard.FRAGMENT_BOUNDS);
      case OVERLAP -> discards.count(Discard.FRAGMENT_OVERLAP);
      default -> {
        assembly.moveTo(fragment);
        yield !fragment.isIpv6() || isWhole(fragment);
      }
    };
  }

  /** What follows the fragment headers was not read before; there is no second such header. */
  private boolean isWhole(IpPacket packet) {
    if (!decoder.extensions(packet)) {
      return false;
    }
    return !packet.fragment || discards.count(Discard.IP_EXTENSION);
  }

  /** Gives up packets that were not complete in time. */
  public void expire(long micros) {
    Iterator<Assembly> oldest = assemblies.values().iterator();
    while (oldest.hasNext()) {
      Assembly assembly = oldest.next();
      if (assembly.deadline > micros) {
        return;
      }
      oldest.remove();
      budget.give(assembly.bytes());
      discards.count(Discard.FRAGMENT_TIMEOUT);
    }
  }

  private void remove(Key key) {
    Assembly removed = assemblies.remove(key);
    if (removed != null) {
      budget.give(removed.bytes());
    }
  }

  /** Gives up all. */
  public void clear() {
    assemblies.values().forEach(assembly -> budget.give(assembly.bytes()));
    assemblies.clear();
  }
}
