package org.phonemirror.testnet.hss;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the S-CSCF of a changed service profile: by PPR (TS 29.228 §6.2.2), or, where that is not
 * understood, by RTR, so that the phone registers anew. Kamailio does not even answer a PPR, so who
 * has not answered once is not asked a second time.
 */
final class ProfilePush {
  private static final Logger log = LoggerFactory.getLogger(ProfilePush.class);

  private final Registrations registrations;
  private final Outgoing outgoing;
  private final Deregistration deregistration;
  private final Set<String> withoutPush = ConcurrentHashMap.newKeySet();

  ProfilePush(Registrations registrations, Outgoing outgoing) {
    this.registrations = registrations;
    this.outgoing = outgoing;
    this.deregistration = new Deregistration(registrations, outgoing);
  }

  /** What the S-CSCF answered; done at once with a success if none serves the subscriber. */
  CompletionStage<Result> push(Subscriber subscriber) {
    Optional<Registrations.Registration> serving =
        registrations.of(subscriber).filter(r -> r.state() != Registrations.State.PENDING);
    if (serving.isEmpty()) {
      return CompletableFuture.completedStage(Result.SUCCESS);
    }
    String host = serving.get().diameterHost();
    if (withoutPush.contains(host)) {
      return deregister(subscriber);
    }
    return outgoing
        .send(
            Cx.APPLICATION,
            Cx.PPR,
            new Outgoing.Destination(host, serving.get().diameterRealm()),
            avps -> {
              Avps.add(avps, Cx.USER_NAME, Avps.BASE, subscriber.impi());
              Avps.add(avps, Cx.USER_DATA, Avps.VENDOR_3GPP, ServiceProfile.format(subscriber));
            })
        .handle(
            (result, failure) -> {
              if (failure == null && result.equals(Result.SUCCESS)) {
                return CompletableFuture.completedStage(result);
              }
              log.info(
                  "{} does not take a changed profile ({}): ending the registration instead",
                  host,
                  failure == null ? result : failure.getMessage());
              if (failure != null) {
                withoutPush.add(host);
              }
              return deregister(subscriber);
            })
        .thenCompose(next -> next);
  }

  private CompletionStage<Result> deregister(Subscriber subscriber) {
    return deregistration.end(subscriber, "service profile changed");
  }
}
