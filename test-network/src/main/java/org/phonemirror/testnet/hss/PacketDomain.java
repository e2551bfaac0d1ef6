package org.phonemirror.testnet.hss;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jdiameter.api.AvpSet;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.sh.ShConfig;
import org.phonemirror.testnet.s6d.S6d;
import org.phonemirror.testnet.s6d.SubscriptionData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * S6d: tells SGSNs what subscribers may do (TS 29.272 §5.2). Who has a mirror gets, beside the
 * internet and the MMS relay, the access point whose traffic is copied to the mirror server.
 */
final class PacketDomain {
  private static final Logger log = LoggerFactory.getLogger(PacketDomain.class);
  private static final SubscriptionData.PdpContext INTERNET =
      new SubscriptionData.PdpContext(1, "internet");
  private static final SubscriptionData.PdpContext MMS = new SubscriptionData.PdpContext(2, "mms");
  private static final SubscriptionData.PdpContext MIRROR =
      new SubscriptionData.PdpContext(3, S6d.MIRROR_APN);

  private final Subscribers subscribers;
  private final Repository repository;
  private final Outgoing outgoing;
  private final Runnable changed;
  private final Map<String, Outgoing.Destination> servingByImsi = new ConcurrentHashMap<>();

  PacketDomain(
      Subscribers subscribers, Repository repository, Outgoing outgoing, Runnable changed) {
    this.subscribers = subscribers;
    this.repository = repository;
    this.outgoing = outgoing;
    this.changed = changed;
  }

  Map<Dispatcher.Key, Command> commands() {
    return Map.of(
        new Dispatcher.Key(S6d.APPLICATION.getAuthAppId(), S6d.ULR), this::updateLocation);
  }

  /** ULR: a phone attaches to an SGSN; the one before it is told that it is gone (CLR). */
  private Result updateLocation(RequestReader request, AvpSet answer) throws DiameterFault {
    String imsi = request.userName();
    request.number("RAT-Type", S6d.RAT_TYPE, Avps.VENDOR_3GPP);
    request.number("ULR-Flags", S6d.ULR_FLAGS, Avps.VENDOR_3GPP);
    Optional<byte[]> plmn =
        request.optionalOctets("Visited-PLMN-Id", S6d.VISITED_PLMN_ID, Avps.VENDOR_3GPP);
    if (plmn.isEmpty()) {
      throw DiameterFault.missing("Visited-PLMN-Id", S6d.VISITED_PLMN_ID, Avps.VENDOR_3GPP, 3);
    }
    Optional<Subscriber> subscriber = subscribers.byImsi(imsi);
    if (subscriber.isEmpty()) {
      throw DiameterFault.of(Cx.USER_UNKNOWN, imsi + " is unknown");
    }
    Outgoing.Destination now =
        new Outgoing.Destination(request.originHost(), request.originRealm());
    Outgoing.Destination before = servingByImsi.put(imsi, now);
    changed.run();
    if (before != null && !before.equals(now)) {
      cancel(imsi, before);
    }
    Avps.add(answer, S6d.ULA_FLAGS, Avps.VENDOR_3GPP, 0);
    data(subscriber.get()).addTo(answer);
    return Result.SUCCESS;
  }

  /** IDR, if the data are those that the packet domain has to do with. */
  void dataChanged(Subscriber subscriber, String serviceIndication) {
    if (!serviceIndication.equals(ShConfig.SERVICE_INDICATION) || subscriber.imsi().isEmpty()) {
      return;
    }
    String imsi = subscriber.imsi().get();
    Optional.ofNullable(servingByImsi.get(imsi))
        .ifPresent(
            sgsn ->
                tell(
                    S6d.IDR,
                    sgsn,
                    imsi,
                    avps -> {
                      data(subscriber).addTo(avps);
                      Avps.add(avps, S6d.IDR_FLAGS, Avps.VENDOR_3GPP, 0);
                    }));
  }

  Map<String, Outgoing.Destination> all() {
    return Map.copyOf(servingByImsi);
  }

  void load(Map<String, Outgoing.Destination> all) {
    servingByImsi.putAll(all);
  }

  private void cancel(String imsi, Outgoing.Destination before) {
    tell(
        S6d.CLR,
        before,
        imsi,
        avps -> Avps.add(avps, S6d.CANCELLATION_TYPE, Avps.VENDOR_3GPP, S6d.SGSN_UPDATE_PROCEDURE));
  }

  /** Once: an SGSN that cannot be reached asks when it is back and the phone attaches. */
  private void tell(
      int command,
      Outgoing.Destination sgsn,
      String imsi,
      java.util.function.Consumer<AvpSet> fill) {
    outgoing
        .send(
            S6d.APPLICATION,
            command,
            sgsn,
            avps -> {
              Avps.add(avps, Cx.USER_NAME, Avps.BASE, imsi);
              fill.accept(avps);
            })
        .whenComplete(
            (result, failure) -> {
              if (failure != null) {
                log.warn("{} is not told of {}: {}", sgsn.host(), imsi, failure.getMessage());
              } else if (!result.equals(Result.SUCCESS)) {
                log.warn("{} answers about {} with {}", sgsn.host(), imsi, result);
              }
            });
  }

  private SubscriptionData data(Subscriber subscriber) {
    List<SubscriptionData.PdpContext> contexts = new ArrayList<>(List.of(INTERNET, MMS));
    Repository.DataKey key = new Repository.DataKey(subscriber.impi(), ShConfig.SERVICE_INDICATION);
    if (repository.get(key).isPresent()) {
      contexts.add(MIRROR);
    }
    return new SubscriptionData(subscriber.msisdns().stream().findFirst(), contexts);
  }
}
