package org.phonemirror.hss.sh;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jdiameter.api.AvpDataException;
import org.jdiameter.api.AvpSet;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.ProfileUnavailableException;
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
    String what = "profile of " + user;
    return exchange
        .send(Sh.UDR, what, avps -> fill(avps, user, a -> {}))
        .thenApply(
            answer -> {
              Result result = result(answer, what);
              if (isExperimental(result, Sh.USER_UNKNOWN)
                  || isExperimental(result, Sh.SUBSCRIBED_DATA_ABSENT)) {
                return Optional.empty();
              }
              check(result, what);
              return read(answer, what);
            });
  }

  /** Asks for notifications (SNR); fails if there is no such data to watch (TS 29.328 §6.1.3). */
  CompletionStage<Void> subscribe(Impu user) {
    String what = "subscription to the profile of " + user;
    return exchange
        .send(
            Sh.SNR,
            what,
            avps ->
                fill(
                    avps, user, a -> Avps.add(a, Sh.SUBS_REQ_TYPE, Avps.VENDOR_3GPP, Sh.SUBSCRIBE)))
        .thenAccept(answer -> check(result(answer, what), what));
  }

  /**
   * Replaces the data, or removes it (PUR). The sequence number says which data is replaced; if
   * another was faster (5105), the data is read again and the update tried again.
   */
  CompletionStage<Void> update(Impu user, Optional<String> serviceData) {
    return update(user, serviceData, MAX_ATTEMPTS);
  }

  private CompletionStage<Void> update(Impu user, Optional<String> serviceData, int attempts) {
    String what = "update of the profile of " + user;
    return pull(user)
        .thenCompose(
            present -> {
              boolean exists = present.flatMap(RepositoryData::serviceData).isPresent();
              if (!exists && serviceData.isEmpty()) {
                return CompletableFuture.completedStage(null);
              }
              int number = exists ? present.orElseThrow().nextSequenceNumber() : 0;
              RepositoryData data = new RepositoryData(serviceIndication, number, serviceData);
              return exchange
                  .send(Sh.PUR, what, avps -> fillUpdate(avps, user, data))
                  .thenCompose(
                      answer -> {
                        Result result = result(answer, what);
                        if (isExperimental(result, Sh.OUT_OF_SYNC) && attempts > 1) {
                          return update(user, serviceData, attempts - 1);
                        }
                        check(result, what);
                        return CompletableFuture.completedStage(null);
                      });
            });
  }

  private void fill(AvpSet avps, Impu user, Consumer<AvpSet> more) {
    addUser(avps, user);
    Avps.add(avps, Sh.SERVICE_INDICATION, Avps.VENDOR_3GPP, serviceIndication);
    more.accept(avps);
    Avps.add(avps, Sh.DATA_REFERENCE, Avps.VENDOR_3GPP, Sh.REPOSITORY_DATA);
  }

  private static void fillUpdate(AvpSet avps, Impu user, RepositoryData data) {
    addUser(avps, user);
    Avps.add(avps, Sh.DATA_REFERENCE, Avps.VENDOR_3GPP, Sh.REPOSITORY_DATA);
    Avps.add(avps, Sh.USER_DATA, Avps.VENDOR_3GPP, data.toShData());
  }

  private static void addUser(AvpSet avps, Impu user) {
    AvpSet identity = Avps.addGroup(avps, Sh.USER_IDENTITY, Avps.VENDOR_3GPP);
    Avps.add(identity, Sh.PUBLIC_IDENTITY, Avps.VENDOR_3GPP, user.uri());
  }

  private Optional<RepositoryData> read(AvpSet answer, String what) {
    try {
      Optional<String> document = Avps.text(answer, Sh.USER_DATA, Avps.VENDOR_3GPP);
      return document.isEmpty()
          ? Optional.empty()
          : RepositoryData.fromShData(document.get(), serviceIndication);
    } catch (AvpDataException | MalformedDocumentException e) {
      throw failed(what + ": the HSS's answer cannot be read: " + e.getMessage(), e);
    }
  }

  private static Result result(AvpSet answer, String what) {
    try {
      return Result.of(answer);
    } catch (AvpDataException e) {
      throw failed(what + ": the HSS's answer cannot be read: " + e.getMessage(), e);
    }
  }

  private static void check(Result result, String what) {
    if (!result.equals(Result.SUCCESS)) {
      throw new CompletionException(
          new ProfileUnavailableException(what + ": the HSS answers " + result));
    }
  }

  private static boolean isExperimental(Result result, long code) {
    return result.experimental() && result.code() == code;
  }

  private static CompletionException failed(String text, Exception cause) {
    return new CompletionException(new ProfileUnavailableException(text, cause));
  }
}
