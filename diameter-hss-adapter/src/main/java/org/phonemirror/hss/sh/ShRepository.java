package org.phonemirror.hss.sh;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jdiameter.api.AvpDataException;
import org.jdiameter.api.AvpSet;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.profile.MalformedDocumentException;
import org.phonemirror.hss.profile.RepositoryData;

/** Reads, updates and watches the RepositoryData of one Service-Indication. */
final class ShRepository {
  /** Attempts at an update that others keep getting ahead of. */
  private static final int MAX_ATTEMPTS = 5;

  private final Exchange exchange;
  private final String serviceIndication;

  ShRepository(Exchange exchange, String serviceIndication) {
    this.exchange = exchange;
    this.serviceIndication = serviceIndication;
  }

  /** What the HSS holds (UDR); empty if it knows neither user nor data (TS 29.328 §6.1.1). */
  CompletionStage<Optional<RepositoryData>> pull(Impu user) {
    return pull(user, true);
  }

  /** As {@link #pull}, but fails if the HSS does not know the user. */
  CompletionStage<Optional<RepositoryData>> pullOfKnown(Impu user) {
    return pull(user, false);
  }

  private CompletionStage<Optional<RepositoryData>> pull(Impu user, boolean maybeUnknown) {
    String what = serviceIndication + " data of " + user;
    return exchange
        .send(Sh.UDR, what, avps -> fill(avps, user, a -> {}))
        .thenApply(
            answer -> {
              Result result = Outcome.of(answer, what);
              if ((maybeUnknown && Outcome.isExperimental(result, Sh.USER_UNKNOWN))
                  || Outcome.isExperimental(result, Sh.SUBSCRIBED_DATA_ABSENT)) {
                return Optional.empty();
              }
              Outcome.check(answer, what);
              return read(answer, what);
            });
  }

  /**
   * Asks for notifications (SNR, TS 29.328 §6.1.3).
   *
   * @return whether the HSS will tell of changes; false if it has no such data, or user, to watch
   */
  CompletionStage<Boolean> subscribe(Impu user) {
    String what = "subscription to the " + serviceIndication + " data of " + user;
    return exchange
        .send(
            Sh.SNR,
            what,
            avps ->
                fill(
                    avps, user, a -> Avps.add(a, Sh.SUBS_REQ_TYPE, Avps.VENDOR_3GPP, Sh.SUBSCRIBE)))
        .thenApply(
            answer -> {
              Result result = Outcome.of(answer, what);
              if (Outcome.isExperimental(result, Sh.SUBSCRIBED_DATA_ABSENT)
                  || Outcome.isExperimental(result, Sh.USER_UNKNOWN)) {
                return false;
              }
              Outcome.check(answer, what);
              return true;
            });
  }

  /**
   * Replaces the data, or removes it (PUR). The sequence number says which data is replaced; if
   * another was faster (5105), the data is read again and the update tried again.
   */
  CompletionStage<Void> update(Impu user, Optional<String> serviceData) {
    return update(user, serviceData, MAX_ATTEMPTS);
  }

  private CompletionStage<Void> update(Impu user, Optional<String> serviceData, int attempts) {
    return pull(user)
        .thenCompose(
            present -> {
              boolean exists = present.flatMap(RepositoryData::serviceData).isPresent();
              if (!exists && serviceData.isEmpty()) {
                return CompletableFuture.completedStage(null);
              }
              int number = exists ? present.orElseThrow().nextSequenceNumber() : 0;
              RepositoryData data = new RepositoryData(serviceIndication, number, serviceData);
              String what = "update of the " + serviceIndication + " data of " + user;
              return put(user, data, what)
                  .thenCompose(
                      answer -> {
                        if (outOfSync(answer, what) && attempts > 1) {
                          return update(user, serviceData, attempts - 1);
                        }
                        Outcome.check(answer, what);
                        return CompletableFuture.completedStage(null);
                      });
            });
  }

  /**
   * Writes the data under its sequence number, once.
   *
   * @return whether it fitted; false if another was faster (5105): read again
   */
  CompletionStage<Boolean> write(Impu user, RepositoryData data) {
    String what = "update of the " + serviceIndication + " data of " + user;
    return put(user, data, what)
        .thenApply(
            answer -> {
              if (outOfSync(answer, what)) {
                return false;
              }
              Outcome.check(answer, what);
              return true;
            });
  }

  private CompletionStage<AvpSet> put(Impu user, RepositoryData data, String what) {
    return exchange.send(
        Sh.PUR,
        what,
        avps -> {
          new UserIdentity.Public(user).addTo(avps);
          Avps.add(avps, Sh.DATA_REFERENCE, Avps.VENDOR_3GPP, Sh.REPOSITORY_DATA);
          Avps.add(avps, Sh.USER_DATA, Avps.VENDOR_3GPP, data.toShData());
        });
  }

  private static boolean outOfSync(AvpSet answer, String what) {
    return Outcome.isExperimental(Outcome.of(answer, what), Sh.OUT_OF_SYNC);
  }

  private void fill(AvpSet avps, Impu user, Consumer<AvpSet> more) {
    new UserIdentity.Public(user).addTo(avps);
    Avps.add(avps, Sh.SERVICE_INDICATION, Avps.VENDOR_3GPP, serviceIndication);
    more.accept(avps);
    Avps.add(avps, Sh.DATA_REFERENCE, Avps.VENDOR_3GPP, Sh.REPOSITORY_DATA);
  }

  private Optional<RepositoryData> read(AvpSet answer, String what) {
    try {
      Optional<String> document = Avps.text(answer, Sh.USER_DATA, Avps.VENDOR_3GPP);
      return document.isEmpty()
          ? Optional.empty()
          : RepositoryData.fromShData(document.get(), serviceIndication);
    } catch (AvpDataException | MalformedDocumentException e) {
      throw Outcome.unreadable(what, e);
    }
  }
}
