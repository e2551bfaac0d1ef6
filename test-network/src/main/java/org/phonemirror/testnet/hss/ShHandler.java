package org.phonemirror.testnet.hss;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.sh.Sh;

/** The Sh commands, and what they have in common (TS 29.328 §6). */
final class ShHandler {
  private static final Result OPERATION_NOT_ALLOWED = new Result(5101, true);

  /** Data whose key may be an MSISDN (TS 29.328 table 7.6.1). */
  private static final Set<Long> BY_MSISDN = Set.of(Sh.IMS_PUBLIC_IDENTITY, Sh.MSISDN_DATA);

  private final Map<Dispatcher.Key, Command> commands;

  ShHandler(
      Subscribers subscribers,
      Permissions permissions,
      Registrations registrations,
      Repository repository,
      ImsSubscriptions subscriptions,
      Notifier notifier,
      PacketDomain packetDomain) {
    this.commands =
        Map.of(
            key(Sh.UDR),
            new UserData(subscribers, permissions, registrations, repository),
            key(Sh.PUR),
            new ProfileUpdate(subscribers, permissions, repository, notifier, packetDomain),
            key(Sh.SNR),
            new NotificationSubscription(subscribers, permissions, repository, subscriptions));
  }

  Map<Dispatcher.Key, Command> commands() {
    return commands;
  }

  /**
   * Whom a request is about.
   *
   * @param byImpu whether it names a public identity, or an MSISDN alone
   */
  record Subject(Subscriber subscriber, Impu impu, boolean byImpu) {}

  static Subject subject(Subscribers subscribers, RequestReader request) throws DiameterFault {
    RequestReader identity = request.group("User-Identity", Sh.USER_IDENTITY, Avps.VENDOR_3GPP);
    boolean byMsisdn = identity.has(Sh.MSISDN, Avps.VENDOR_3GPP);
    if (!byMsisdn || identity.has(Sh.PUBLIC_IDENTITY, Avps.VENDOR_3GPP)) {
      Impu impu = identity.impu();
      Subscriber subscriber = CxHandler.subscriber(subscribers, impu);
      if (byMsisdn && !subscriber.msisdns().contains(identity.msisdn())) {
        throw DiameterFault.of(
            Cx.IDENTITIES_DONT_MATCH, identity.msisdn() + " does not belong to " + impu);
      }
      return new Subject(subscriber, impu, true);
    }
    String msisdn = identity.msisdn();
    Optional<Subscriber> owner = subscribers.byMsisdn(msisdn);
    if (owner.isEmpty()) {
      throw DiameterFault.of(Cx.USER_UNKNOWN, msisdn + " is unknown");
    }
    return new Subject(owner.get(), owner.get().impus().get(0), false);
  }

  static void checkByImpu(Subject subject, long reference) throws DiameterFault {
    if (!subject.byImpu() && !BY_MSISDN.contains(reference)) {
      throw DiameterFault.of(
          OPERATION_NOT_ALLOWED, "an MSISDN is no key to Data-Reference " + reference);
    }
  }

  static String serviceIndication(RequestReader request) throws DiameterFault {
    return request.text("Service-Indication", Sh.SERVICE_INDICATION, Avps.VENDOR_3GPP);
  }

  private static Dispatcher.Key key(int command) {
    return new Dispatcher.Key(Sh.APPLICATION.getAuthAppId(), command);
  }
}
