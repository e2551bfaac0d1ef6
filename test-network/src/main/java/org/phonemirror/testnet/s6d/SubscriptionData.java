package org.phonemirror.testnet.s6d;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdiameter.api.Avp;
import org.jdiameter.api.AvpDataException;
import org.jdiameter.api.AvpSet;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Tbcd;

/**
 * What a subscriber may do in the packet domain (Subscription-Data, TS 29.272 §7.3.2).
 *
 * @param msisdn telephone number
 * @param contexts PDP contexts that may be activated
 */
public record SubscriptionData(Optional<String> msisdn, List<PdpContext> contexts) {
  private static final long SERVICE_GRANTED = 0;
  private static final long PACKET_AND_CIRCUIT = 0;
  private static final long ALL_CONTEXTS_INCLUDED = 0;

  /** IPv4 (TS 29.060 §7.7.27). */
  private static final byte[] PDP_TYPE_IPV4 = {(byte) 0xf1, 0x21};

  public SubscriptionData {
    contexts = List.copyOf(contexts);
  }

  /**
   * A PDP context that may be activated.
   *
   * @param id Context-Identifier
   * @param apn access point
   */
  public record PdpContext(long id, String apn) {}

  /** Whether the subscriber's traffic is copied to the mirror server. */
  public boolean isMirrored() {
    return contexts.stream().anyMatch(context -> context.apn().equals(S6d.MIRROR_APN));
  }

  /** Adds it to a message. */
  public void addTo(AvpSet message) {
    AvpSet data = Avps.addGroup(message, S6d.SUBSCRIPTION_DATA, Avps.VENDOR_3GPP);
    Avps.add(data, S6d.SUBSCRIBER_STATUS, Avps.VENDOR_3GPP, SERVICE_GRANTED);
    msisdn.ifPresent(digits -> Avps.add(data, S6d.MSISDN, Avps.VENDOR_3GPP, Tbcd.encode(digits)));
    Avps.add(data, S6d.NETWORK_ACCESS_MODE, Avps.VENDOR_3GPP, PACKET_AND_CIRCUIT);
    AvpSet gprs = Avps.addGroup(data, S6d.GPRS_SUBSCRIPTION_DATA, Avps.VENDOR_3GPP);
    Avps.add(gprs, S6d.COMPLETE_DATA_LIST, Avps.VENDOR_3GPP, ALL_CONTEXTS_INCLUDED);
    for (PdpContext context : contexts) {
      AvpSet one = Avps.addGroup(gprs, S6d.PDP_CONTEXT, Avps.VENDOR_3GPP);
      Avps.add(one, S6d.CONTEXT_IDENTIFIER, Avps.VENDOR_3GPP, context.id());
      Avps.add(one, S6d.PDP_TYPE, Avps.VENDOR_3GPP, PDP_TYPE_IPV4);
      Avps.add(one, S6d.SERVICE_SELECTION, Avps.BASE, context.apn());
    }
  }

  /**
   * Reads it from a message.
   *
   * @return empty if the message has none
   * @throws AvpDataException if it cannot be read
   */
  public static Optional<SubscriptionData> of(AvpSet message) throws AvpDataException {
    Optional<AvpSet> data = Avps.group(message, S6d.SUBSCRIPTION_DATA, Avps.VENDOR_3GPP);
    if (data.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> msisdn = Optional.empty();
    Optional<Avp> number = Avps.find(data.get(), S6d.MSISDN, Avps.VENDOR_3GPP);
    if (number.isPresent()) {
      try {
        msisdn = Optional.of(Tbcd.decode(number.get().getOctetString()));
      } catch (IllegalArgumentException e) {
        throw new AvpDataException(e.getMessage(), e);
      }
    }
    List<PdpContext> contexts = new ArrayList<>();
    Optional<AvpSet> gprs = Avps.group(data.get(), S6d.GPRS_SUBSCRIPTION_DATA, Avps.VENDOR_3GPP);
    if (gprs.isPresent()) {
      for (Avp avp : gprs.get()) {
        if (avp.getCode() == S6d.PDP_CONTEXT && avp.getVendorId() == Avps.VENDOR_3GPP) {
          contexts.add(context(avp.getGrouped()));
        }
      }
    }
    return Optional.of(new SubscriptionData(msisdn, contexts));
  }

  private static PdpContext context(AvpSet avps) throws AvpDataException {
    OptionalLong id = Avps.number(avps, S6d.CONTEXT_IDENTIFIER, Avps.VENDOR_3GPP);
    Optional<String> apn = Avps.text(avps, S6d.SERVICE_SELECTION, Avps.BASE);
    if (id.isEmpty() || apn.isEmpty()) {
      throw new AvpDataException("PDP-Context lacks Context-Identifier or Service-Selection");
    }
    return new PdpContext(id.getAsLong(), apn.get());
  }
}
