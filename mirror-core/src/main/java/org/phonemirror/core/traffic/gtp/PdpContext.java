package org.phonemirror.core.traffic.gtp;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.phonemirror.core.traffic.flow.Subscriber;

/** A phone's tunnel between SGSN and GGSN, or serving and packet gateway, and whose it is. */
public final class PdpContext {
  private final Optional<String> imsi;
  private final Optional<String> msisdn;
  private final int nsapi;
  private final List<Long> phoneKeys;
  private final TunnelEnd sgsn;
  private final TunnelEnd ggsn;
  private boolean assigned;
  private Optional<Subscriber> owner = Optional.empty();

  PdpContext(
      Optional<String> imsi,
      Optional<String> msisdn,
      int nsapi,
      List<Long> phoneKeys,
      TunnelEnd sgsn,
      TunnelEnd ggsn) {
    this.imsi = imsi;
    this.msisdn = msisdn;
    this.nsapi = nsapi;
    this.phoneKeys = List.copyOf(phoneKeys);
    this.sgsn = sgsn;
    this.ggsn = ggsn;
  }

  /** One of which nothing is known but the address, as signalling told it. */
  static PdpContext assigned(Subscriber owner, long phoneKey) {
    PdpContext context =
        new PdpContext(
            Optional.empty(),
            Optional.empty(),
            0,
            List.of(phoneKey),
            TunnelEnd.UNKNOWN,
            TunnelEnd.UNKNOWN);
    context.assigned = true;
    context.owner(Optional.of(owner));
    return context;
  }

  /** This one after an Update PDP Context. */
  PdpContext with(TunnelEnd newSgsn, TunnelEnd newGgsn) {
    PdpContext updated = new PdpContext(imsi, msisdn, nsapi, phoneKeys, newSgsn, newGgsn);
    updated.owner(owner);
    return updated;
  }

  /** Whose it is, if that one is watched. */
  public Optional<Subscriber> owner() {
    return owner;
  }

  void owner(Optional<Subscriber> subscriber) {
    owner = subscriber;
  }

  boolean isOwnedBy(Subscriber subscriber) {
    return owner.isPresent() && owner.get() == subscriber;
  }

  /** What tells it from others: a phone has one of each number. */
  String name() {
    if (isAssigned()) {
      return "address/" + phoneKeys.get(0);
    }
    return imsi.or(() -> msisdn).orElse("?") + "/" + nsapi;
  }

  boolean isOf(String identity) {
    return imsi.filter(identity::equals).isPresent() || msisdn.filter(identity::equals).isPresent();
  }

  /** Whether packets of this tunnel are its own; one that was assigned takes those of any. */
  boolean takes(int tunnel) {
    return isAssigned() || sgsn.data() == tunnel || ggsn.data() == tunnel;
  }

  boolean isAssigned() {
    return assigned;
  }

  Optional<String> imsi() {
    return imsi;
  }

  Optional<String> msisdn() {
    return msisdn;
  }

  /** NSAPI, or EPS bearer identity, which has its numbers. */
  int nsapi() {
    return nsapi;
  }

  boolean hasNsapi(int number) {
    return number == nsapi;
  }

  boolean hasNsapi(OptionalInt number) {
    return number.isEmpty() || number.getAsInt() == nsapi;
  }

  List<Long> phoneKeys() {
    return phoneKeys;
  }

  TunnelEnd sgsn() {
    return sgsn;
  }

  TunnelEnd ggsn() {
    return ggsn;
  }
}
