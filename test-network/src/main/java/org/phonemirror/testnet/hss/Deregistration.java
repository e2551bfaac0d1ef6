package org.phonemirror.testnet.hss;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jdiameter.api.AvpSet;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;

/**
 * RTR: the operator ends a registration (TS 29.228 §6.1.3). Kamailio's S-CSCF does not know PPR, so
 * this is also how a changed service profile takes effect: the phone registers anew.
 */
final class Deregistration {
  private static final long PERMANENT_TERMINATION = 0;

  private final Registrations registrations;
  private final Outgoing outgoing;

  Deregistration(Registrations registrations, Outgoing outgoing) {
    this.registrations = registrations;
    this.outgoing = outgoing;
  }

  CompletionStage<Result> end(Subscriber subscriber, String reason) {
    Optional<Registrations.Registration> registration = registrations.of(subscriber);
    if (registration.isEmpty()) {
      return CompletableFuture.failedFuture(
          new IOException(subscriber.impi() + " is not registered"));
    }
    return outgoing
        .send(
            Cx.APPLICATION,
            Cx.RTR,
            new Outgoing.Destination(
                registration.get().diameterHost(), registration.get().diameterRealm()),
            avps -> fill(avps, subscriber, reason))
        .thenApply(
            result -> {
              if (result.equals(Result.SUCCESS)) {
                registrations.remove(subscriber);
              }
              return result;
            });
  }

  /** With the public identities: Kamailio ignores an RTR without them. */
  private static void fill(AvpSet avps, Subscriber subscriber, String reason) {
    Avps.add(avps, Cx.USER_NAME, Avps.BASE, subscriber.impi());
    for (Impu impu : subscriber.impus()) {
      Avps.add(avps, Cx.PUBLIC_IDENTITY, Avps.VENDOR_3GPP, impu.uri());
    }
    AvpSet group = Avps.addGroup(avps, Cx.DEREGISTRATION_REASON, Avps.VENDOR_3GPP);
    Avps.add(group, Cx.REASON_CODE, Avps.VENDOR_3GPP, PERMANENT_TERMINATION);
    Avps.add(group, Cx.REASON_INFO, Avps.VENDOR_3GPP, reason);
  }
}
