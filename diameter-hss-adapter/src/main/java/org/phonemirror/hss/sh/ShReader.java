package org.phonemirror.hss.sh;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jdiameter.api.AvpDataException;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.profile.ImsData;
import org.phonemirror.hss.profile.MalformedDocumentException;

/** Reads what the HSS knows of a subscriber beside transparent data (UDR, TS 29.328 §7.6). */
final class ShReader {
  private final Exchange exchange;

  ShReader(Exchange exchange) {
    this.exchange = exchange;
  }

  /** Every public identity of the subscription. */
  CompletionStage<ImsData> publicIdentities(UserIdentity user) {
    return read(user, Sh.IMS_PUBLIC_IDENTITY, "public identities of ", Optional.empty());
  }

  /** IMSUserState, S-CSCFName or MSISDN. */
  CompletionStage<ImsData> read(UserIdentity user, long reference, String what) {
    return read(user, reference, what, Optional.empty());
  }

  /** The filter criteria that name one application server. */
  CompletionStage<ImsData> criteria(UserIdentity user, String serverName) {
    return read(
        user, Sh.INITIAL_FILTER_CRITERIA, "initial filter criteria of ", Optional.of(serverName));
  }

  /** One Data-Reference at a time: older HSSs take no more (TS 29.329 §6.1.1). */
  private CompletionStage<ImsData> read(
      UserIdentity user, long reference, String what, Optional<String> serverName) {
    return exchange
        .send(
            Sh.UDR,
            what + user,
            avps -> {
              user.addTo(avps);
              serverName.ifPresent(name -> Avps.add(avps, Sh.SERVER_NAME, Avps.VENDOR_3GPP, name));
              if (reference == Sh.IMS_PUBLIC_IDENTITY) {
                Avps.add(avps, Sh.IDENTITY_SET, Avps.VENDOR_3GPP, Sh.ALL_IDENTITIES);
              }
              Avps.add(avps, Sh.DATA_REFERENCE, Avps.VENDOR_3GPP, reference);
            })
        .thenApply(
            answer -> {
              Outcome.check(answer, what + user);
              try {
                Optional<String> document = Avps.text(answer, Sh.USER_DATA, Avps.VENDOR_3GPP);
                return document.isEmpty() ? ImsData.empty() : ImsData.parse(document.get());
              } catch (AvpDataException | MalformedDocumentException e) {
                throw Outcome.unreadable(what + user, e);
              }
            });
  }
}
