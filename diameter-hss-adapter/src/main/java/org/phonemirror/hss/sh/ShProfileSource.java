package org.phonemirror.hss.sh;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.phonemirror.core.subscriber.ConditionSink;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ProfileSource;
import org.phonemirror.core.subscriber.ProfileUnavailableException;
import org.phonemirror.hss.profile.ImsData;
import org.phonemirror.hss.profile.MalformedDocumentException;
import org.phonemirror.hss.profile.ProfileDocument;
import org.phonemirror.hss.profile.RepositoryData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mirror profiles from an HSS over Sh.
 *
 * <p>Stages are completed and the listener is called on the threads of the Diameter connection:
 * what runs there must return at once. While there is no connection every call fails at once; it
 * comes back by itself. A notification that the HSS could not deliver in the meantime is made good:
 * after each reconnection the subscriptions are renewed, the profiles read again and told.
 */
public final class ShProfileSource implements ProfileSource, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ShProfileSource.class);

  private final Listener listener;
  private final ShConnection connection;
  private final ShRepository repository;
  private final ConditionWriter conditions;
  private final ShReader reader;
  private final Optional<CriteriaWatch> criteria;
  private final Set<Impu> subscribed = ConcurrentHashMap.newKeySet();
  private final Set<Impu> unwatched = ConcurrentHashMap.newKeySet();

  /**
   * Starts to connect; does not wait for the connection.
   *
   * @param listener is told of changes of the profiles that were subscribed to
   */
  public ShProfileSource(ShConfig config, Listener listener) {
    this.listener = listener;
    this.connection =
        new ShConnection(config, new PushNotifications(config, this::changed), this::connected);
    this.repository = new ShRepository(connection, config.serviceIndication());
    this.conditions =
        new ConditionWriter(
            new ShRepository(connection, config.statusIndication()), connection::later);
    this.reader = new ShReader(connection);
    this.criteria = config.serverName().map(name -> new CriteriaWatch(reader, name));
    connection.start();
  }

  @Override
  public CompletionStage<Optional<MirrorProfile>> profile(Impu subscriber) {
    return plain(
        read(subscriber)
            .thenCompose(
                profile ->
                    profile.isPresent() && unwatched.contains(subscriber)
                        // it came between the subscription and now
                        ? watch(subscriber).thenCompose(done -> read(subscriber))
                        : CompletableFuture.completedStage(profile)));
  }

  @Override
  public CompletionStage<Void> subscribe(Impu subscriber) {
    return plain(watch(subscriber));
  }

  /**
   * A standard HSS has nothing to watch where there is no data yet (5106): such subscribers are
   * remembered, and watched from the moment on when their profile is read.
   */
  private CompletionStage<Void> watch(Impu subscriber) {
    return repository
        .subscribe(subscriber)
        .thenAccept(
            agreed -> {
              if (agreed) {
                criteria.ifPresent(watch -> watch.look(subscriber));
                unwatched.remove(subscriber);
                subscribed.add(subscriber);
              } else {
                unwatched.add(subscriber);
              }
            });
  }

  /**
   * Writes the subscriber's profile into the HSS, as the operator's provisioning does; empty ends
   * the subscription to the mirror.
   *
   * @return done when the HSS has it; fails as {@link #profile} does
   */
  public CompletionStage<Void> update(Impu subscriber, Optional<MirrorProfile> profile) {
    return plain(repository.update(subscriber, profile.map(ProfileDocument::format)));
  }

  /**
   * URI of the S-CSCF that serves the subscriber (S-CSCFName, TS 29.328 §7.6.4); empty if none is
   * assigned, as for a phone that is off.
   *
   * @return fails as {@link #profile} does
   */
  public CompletionStage<Optional<String>> servingCscf(Impu subscriber) {
    return plain(
        reader
            .read(new UserIdentity.Public(subscriber), Sh.S_CSCF_NAME, "S-CSCF of ")
            .thenApply(ImsData::servingCscf));
  }

  /**
   * A subscriber's telephone numbers, in digits, by which the packet domain knows him.
   *
   * @return fails as {@link #profile} does
   */
  public CompletionStage<List<String>> msisdns(Impu subscriber) {
    return plain(
        reader
            .read(new UserIdentity.Public(subscriber), Sh.MSISDN_DATA, "MSISDN of ")
            .thenApply(ImsData::msisdns));
  }

  /**
   * Public identities of whom a telephone number belongs to.
   *
   * @param msisdn digits in international format; a plus sign before them is left out
   * @return fails as {@link #profile} does, also where nobody has the number
   */
  public CompletionStage<List<String>> identitiesOf(String msisdn) {
    return plain(
        reader.publicIdentities(UserIdentity.parse(msisdn)).thenApply(ImsData::publicIdentities));
  }

  /** Where mirrors' conditions are written: transparent data of the HSS. */
  public ConditionSink conditions() {
    return conditions;
  }

  /** Whether requests can be sent now. */
  public boolean isConnected() {
    return connection.isConnected();
  }

  /** Ends the connection and all its threads; what still waits for an answer fails. */
  @Override
  public void close() {
    connection.close();
  }

  private CompletionStage<Optional<MirrorProfile>> read(Impu subscriber) {
    return repository.pull(subscriber).thenApply(data -> profileOf(subscriber, data));
  }

  private static Optional<MirrorProfile> profileOf(Impu subscriber, Optional<RepositoryData> data) {
    Optional<String> document = data.flatMap(RepositoryData::serviceData);
    if (document.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ProfileDocument.parse(document.get()));
    } catch (MalformedDocumentException e) {
      throw new CompletionException(
          new ProfileUnavailableException(
              "the HSS's data of " + subscriber + " is not valid: " + e.getMessage(), e));
    }
  }

  private void changed(Impu subscriber, RepositoryData data) {
    Optional<MirrorProfile> profile;
    try {
      profile = profileOf(subscriber, Optional.of(data));
    } catch (CompletionException e) {
      log.error("change is not taken: {}", e.getCause().getMessage());
      return;
    }
    tell(subscriber, profile);
  }

  private void tell(Impu subscriber, Optional<MirrorProfile> profile) {
    if (profile.isEmpty()) {
      subscribed.remove(subscriber);
      criteria.ifPresent(watch -> watch.forget(subscriber));
    } else {
      // an HSS may keep a subscription beyond the data that it was for
      subscribed.add(subscriber);
    }
    listener.profileChanged(subscriber, profile);
  }

  /** The HSS may have lost the subscriptions, and notifications may not have reached us. */
  private void connected() {
    conditions.retry();
    Renewal.start(subscribed, this::renew, connection::isConnected);
  }

  private CompletionStage<Void> renew(Impu subscriber) {
    return watch(subscriber)
        .handle((agreed, failure) -> failure)
        .thenCompose(
            failure ->
                read(subscriber)
                    .thenAccept(
                        profile -> {
                          tell(subscriber, profile);
                          if (failure != null && profile.isPresent()) {
                            log.warn("not watched any more: {}", cause(failure).getMessage());
                          }
                        }))
        .exceptionally(
            failure -> {
              log.warn("{}; to be read after the next reconnection", cause(failure).getMessage());
              return null;
            });
  }

  /** A stage that fails with the cause itself, as the port promises. */
  private static <T> CompletionStage<T> plain(CompletionStage<T> stage) {
    CompletableFuture<T> result = new CompletableFuture<>();
    stage.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            result.complete(value);
          } else {
            result.completeExceptionally(cause(failure));
          }
        });
    return result;
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
