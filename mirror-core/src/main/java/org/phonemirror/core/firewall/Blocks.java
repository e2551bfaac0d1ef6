package org.phonemirror.core.firewall;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.phonemirror.core.firewall.Enforcement.Target;
import org.phonemirror.core.subscriber.FirewallRule;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.traffic.packet.Addresses;

/**
 * What is to be blocked, and why: as long as the rule is there that says so, and the address is the
 * subscriber's.
 */
final class Blocks {
  /** What became of a wish to block. */
  enum Outcome {
    /** It was not blocked before. */
    BEGUN,
    /** It goes on. */
    RENEWED,
    /** It is not: whose the address is is not clear, or there are too many blocks. */
    REFUSED
  }

  /** A block with its reason. */
  private static final class Held {
    private final Contact contact;
    private final boolean malware;
    private Instant until;

    Held(Contact contact, boolean malware, Instant until) {
      this.contact = contact;
      this.malware = malware;
      this.until = until;
    }
  }

  private final FirewallSettings settings;
  private final Owners owners;
  private final Enforcer enforcer;

  /** By subscriber, the oldest first. */
  private final Map<Impu, Map<Target, Held>> held = new HashMap<>();

  /** Subscribers with blocks at an address. */
  private final Map<Long, Set<Impu>> byAddress = new HashMap<>();

  private final AtomicInteger size = new AtomicInteger();

  Blocks(FirewallSettings settings, Owners owners, Enforcer enforcer) {
    this.settings = settings;
    this.owners = owners;
    this.enforcer = enforcer;
  }

  int size() {
    return size.get();
  }

  /** Blocks a contact. */
  Outcome hold(Contact contact, boolean malware, Instant now) {
    Target target = target(contact);
    Map<Target, Held> own = held.getOrDefault(contact.subscriber(), Map.of());
    Held present = own.get(target);
    if (present != null) {
      renew(target, present, now);
      return Outcome.RENEWED;
    }
    if (!owners.has(contact.subscriber(), target.subscriber())
        || (own.isEmpty() && size.get() >= settings.blocks())) {
      return Outcome.REFUSED;
    }
    if (own.size() >= settings.blocksPerSubscriber() || size.get() >= settings.blocks()) {
      lift(contact.subscriber(), own.keySet().iterator().next());
    }
    Held begun = new Held(contact, malware, now.plus(settings.blockFor()));
    held.computeIfAbsent(contact.subscriber(), impu -> new LinkedHashMap<>()).put(target, begun);
    byAddress.computeIfAbsent(phoneKey(target), key -> new HashSet<>()).add(contact.subscriber());
    size.incrementAndGet();
    enforcer.block(target, begun.until);
    return Outcome.BEGUN;
  }

  private void renew(Target target, Held present, Instant now) {
    if (present.until.isBefore(now.plus(settings.blockFor().dividedBy(2)))) {
      present.until = now.plus(settings.blockFor());
      enforcer.block(target, present.until);
    }
  }

  static Target target(Contact contact) {
    return new Target(
        contact.ends().phone(),
        contact.ends().remote(),
        contact.ends().remotePort(),
        Rules.transport(contact.ends()));
  }

  private static long phoneKey(Target target) {
    return Addresses.phoneKey(target.subscriber());
  }

  /** Lifts what rules do not say any more. */
  void review(Impu subscriber, Rules rules) {
    for (Map.Entry<Target, Held> block : entries(subscriber)) {
      Contact contact = block.getValue().contact;
      boolean stays =
          rules
              .first(contact.ends(), contact.names(), block.getValue().malware)
              .filter(rule -> rule.action() == FirewallRule.Action.BLOCK)
              .isPresent();
      if (!stays) {
        lift(subscriber, block.getKey());
      }
    }
  }

  private List<Map.Entry<Target, Held>> entries(Impu subscriber) {
    return List.copyOf(held.getOrDefault(subscriber, Map.of()).entrySet());
  }

  /** Lifts all of a subscriber. */
  void lift(Impu subscriber) {
    entries(subscriber).forEach(block -> lift(subscriber, block.getKey()));
  }

  /** Lifts those at addresses that are their subscribers' no more. */
  void addressesChanged(Set<Long> phoneKeys) {
    for (Long key : phoneKeys) {
      for (Impu subscriber : List.copyOf(byAddress.getOrDefault(key, Set.of()))) {
        for (Map.Entry<Target, Held> block : entries(subscriber)) {
          Target target = block.getKey();
          if (phoneKey(target) == key && !owners.has(subscriber, target.subscriber())) {
            lift(subscriber, target);
          }
        }
      }
    }
  }

  private void lift(Impu subscriber, Target target) {
    Map<Target, Held> own = held.get(subscriber);
    own.remove(target);
    size.decrementAndGet();
    long key = phoneKey(target);
    if (own.keySet().stream().noneMatch(other -> phoneKey(other) == key)) {
      Set<Impu> at = byAddress.get(key);
      at.remove(subscriber);
      if (at.isEmpty()) {
        byAddress.remove(key);
      }
    }
    if (own.isEmpty()) {
      held.remove(subscriber);
    }
    enforcer.lift(target);
  }

  /**
   * Lifts those whose time is over.
   *
   * @return subscribers with some whose time is over soon: of those, flows may still run
   */
  List<Impu> expire(Instant now) {
    List<Impu> soon = new ArrayList<>();
    Instant near = now.plus(settings.blockFor().dividedBy(4));
    for (Impu subscriber : List.copyOf(held.keySet())) {
      boolean ends = false;
      for (Map.Entry<Target, Held> block : entries(subscriber)) {
        if (!block.getValue().until.isAfter(now)) {
          lift(subscriber, block.getKey());
        } else {
          ends |= block.getValue().until.isBefore(near);
        }
      }
      if (ends) {
        soon.add(subscriber);
      }
    }
    return soon;
  }
}
