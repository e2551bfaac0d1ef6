package org.phonemirror.core.traffic.gtp;

import static org.phonemirror.core.traffic.packet.Bytes.i32;
import static org.phonemirror.core.traffic.packet.Bytes.u16;
import static org.phonemirror.core.traffic.packet.Bytes.u8;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.traffic.flow.Subscriber;
import org.phonemirror.core.traffic.flow.TrafficObserver;
import org.phonemirror.core.traffic.packet.Addresses;
import org.phonemirror.core.traffic.packet.Bytes;
import org.phonemirror.core.traffic.packet.Discard;
import org.phonemirror.core.traffic.packet.DiscardCounter;

/**
 * Whose a tunnel's packets are. All contexts are kept, also those of phones that nobody watches: a
 * phone activates one before it registers, and only then has it a mirror.
 *
 * <p>A context is found by the phone's address and confirmed by the tunnel's identifier. Neither is
 * enough: networks give the same private address to phones of different access points, and SGSN and
 * GGSN choose identifiers independently of each other. An address alone is believed where
 * signalling told it ({@link #assign}).
 */
public final class PdpContexts {
  private final DiscardCounter discards;
  private final int limit;
  private final TrafficObserver observer;
  private final Map<String, Subscriber> watched = new HashMap<>();

  /** By name, the oldest first. */
  private final Map<String, PdpContext> contexts = new LinkedHashMap<>();

  private final ContextIndex byPhone = new ContextIndex();
  private final ContextIndex byControl = new ContextIndex();
  private final ContextIndex byData = new ContextIndex();

  /**
   * Begins with none.
   *
   * @param limit most contexts; the oldest goes
   * @param observer is told whose addresses are
   */
  public PdpContexts(int limit, DiscardCounter discards, TrafficObserver observer) {
    this.limit = limit;
    this.observer = observer;
    this.discards = discards;
  }

  /** Contexts that are known. */
  public int size() {
    return contexts.size();
  }

  /**
   * The context of a phone's packet, or null if none is known.
   *
   * @param tunnel identifier of the tunnel that it came in
   * @param phoneKey an address of the packet: the phone's or the other end's
   */
  public PdpContext find(int tunnel, long phoneKey) {
    List<PdpContext> candidates = byPhone.of(phoneKey);
    for (int i = 0; i < candidates.size(); i++) {
      if (candidates.get(i).takes(tunnel)) {
        return candidates.get(i);
      }
    }
    return null;
  }

  /** The only context with an address, or null if there is none, or more than one. */
  public PdpContext find(long phoneKey) {
    List<PdpContext> candidates = byPhone.of(phoneKey);
    return candidates.size() == 1 ? candidates.get(0) : null;
  }

  /**
   * Contexts of these identities are a subscriber's from now on, and no others but assigned ones.
   */
  public void watch(Subscriber subscriber, Set<String> identities) {
    Set<PdpContext> changed = disown(subscriber);
    for (String identity : identities) {
      watched.put(identity, subscriber);
      for (PdpContext context : contexts.values()) {
        if (context.isOf(identity)) {
          context.owner(Optional.of(subscriber));
          changed.add(context);
        }
      }
    }
    changed.forEach(this::tellOwner);
  }

  /** Whose contexts have an IMSI or MSISDN; nobody's if none is active, or its owner unwatched. */
  public Set<Impu> owners(String identity) {
    Set<Impu> owners = new LinkedHashSet<>();
    for (PdpContext context : contexts.values()) {
      if (context.isOf(identity)) {
        context.owner().map(Subscriber::impu).ifPresent(owners::add);
      }
    }
    return owners;
  }

  /** Contexts of a subscriber are nobody's from now on. */
  public void unwatch(Subscriber subscriber) {
    disown(subscriber).forEach(this::tellOwner);
    List<PdpContext> assigned =
        contexts.values().stream()
            .filter(context -> context.isAssigned() && context.isOwnedBy(subscriber))
            .toList();
    assigned.forEach(this::remove);
  }

  /** Takes its contexts from a subscriber; gives those that it had. */
  private Set<PdpContext> disown(Subscriber subscriber) {
    Set<PdpContext> disowned = new LinkedHashSet<>();
    watched.values().removeIf(subscriber::equals);
    for (PdpContext context : contexts.values()) {
      if (!context.isAssigned() && context.isOwnedBy(subscriber)) {
        context.owner(Optional.empty());
        disowned.add(context);
      }
    }
    return disowned;
  }

  /** An address is a subscriber's, as signalling tells; its tunnel is not known. */
  public void assign(Subscriber subscriber, InetAddress address) {
    long key = Addresses.phoneKey(address);
    put(PdpContext.assigned(subscriber, key));
  }

  /** The GSN with this address knows nothing of a tunnel (TS 29.281 §7.3.1). */
  public void errorIndication(byte[] data, GtpHeader header) {
    // TEID Data I, then GSN Address
    int at = header.from();
    int left = header.to() - at;
    int length = left < 8 ? 0 : u16(data, at + 6);
    boolean readable =
        left >= 8 + length
            && length >= 4
            && u8(data, at) == ControlMessage.TEID_DATA
            && u8(data, at + 5) == ControlMessage.GSN_ADDRESS;
    if (!readable) {
      discards.count(Discard.GTP_ELEMENT);
      return;
    }
    int tunnel = i32(data, at + 1);
    long gsn =
        length == 4
            ? Addresses.mapped(Bytes.u32(data, at + 8))
            : length == 16 ? Bytes.i64(data, at + 8) : 0;
    Optional<PdpContext> gone =
        byData.of(tunnel).stream().filter(context -> hasEnd(context, tunnel, gsn)).findFirst();
    gone.ifPresentOrElse(this::remove, () -> discards.count(Discard.GTP_UNMATCHED));
  }

  private static boolean hasEnd(PdpContext context, int tunnel, long gsn) {
    return (context.sgsn().data() == tunnel && context.sgsn().userKey() == gsn)
        || (context.ggsn().data() == tunnel && context.ggsn().userKey() == gsn);
  }

  /** Contexts with an end that takes messages under this identifier. */
  List<PdpContext> ofControl(int tunnel) {
    return byControl.of(tunnel);
  }

  /** Adds a context, in the place of one of the same phone and number. */
  void add(PdpContext context) {
    Subscriber owner =
        context
            .imsi()
            .map(watched::get)
            .orElseGet(() -> context.msisdn().map(watched::get).orElse(null));
    context.owner(Optional.ofNullable(owner));
    put(context);
  }

  private void put(PdpContext context) {
    PdpContext before = contexts.remove(context.name());
    if (before != null) {
      unindex(before);
    }
    if (contexts.size() >= limit) {
      remove(contexts.values().iterator().next());
    }
    contexts.put(context.name(), context);
    context.phoneKeys().forEach(key -> byPhone.add(key, context));
    if (!context.isAssigned()) {
      byControl.add(context.sgsn().control(), context);
      byControl.add(context.ggsn().control(), context);
      byData.add(context.sgsn().data(), context);
      byData.add(context.ggsn().data(), context);
    }
    tellOwner(context);
    if (before != null && !before.phoneKeys().equals(context.phoneKeys())) {
      tellOwner(before);
    }
  }

  private void tellOwner(PdpContext changed) {
    if (observer != TrafficObserver.NONE) {
      changed.phoneKeys().forEach(key -> observer.addressChanged(key, owner(key)));
    }
  }

  /** Who alone has an address. */
  private Optional<Impu> owner(long phoneKey) {
    List<PdpContext> sharing = byPhone.of(phoneKey);
    Optional<Subscriber> owner = sharing.isEmpty() ? Optional.empty() : sharing.get(0).owner();
    return owner
        .filter(one -> sharing.stream().allMatch(context -> context.isOwnedBy(one)))
        .map(Subscriber::impu);
  }

  void remove(PdpContext context) {
    if (contexts.remove(context.name(), context)) {
      unindex(context);
      tellOwner(context);
    }
  }

  private void unindex(PdpContext context) {
    context.phoneKeys().forEach(key -> byPhone.remove(key, context));
    byControl.remove(context.sgsn().control(), context);
    byControl.remove(context.ggsn().control(), context);
    byData.remove(context.sgsn().data(), context);
    byData.remove(context.ggsn().data(), context);
  }
}
