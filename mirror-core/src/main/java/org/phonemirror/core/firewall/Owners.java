package org.phonemirror.core.firewall;

import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.traffic.packet.Addresses;

/**
 * Whose addresses are, as the monitor's thread tells and the firewall's asks. An address that
 * phones of different access points share is nobody's: to block it would hit both.
 */
final class Owners {
  private final Map<Long, Impu> owners = new ConcurrentHashMap<>();
  private final Set<Long> changed = ConcurrentHashMap.newKeySet();

  void changed(long phoneKey, Optional<Impu> owner) {
    if (owner.isPresent()) {
      owners.put(phoneKey, owner.get());
    } else {
      owners.remove(phoneKey);
    }
    changed.add(phoneKey);
  }

  boolean has(Impu subscriber, InetAddress address) {
    return subscriber.equals(owners.get(Addresses.phoneKey(address)));
  }

  /** Takes the addresses that changed since it was asked last. */
  Set<Long> takeChanged() {
    if (changed.isEmpty()) {
      return Set.of();
    }
    Set<Long> taken = Set.copyOf(changed);
    changed.removeAll(taken);
    return taken;
  }
}
