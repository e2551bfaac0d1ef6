package org.phonemirror.testnet.hss;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.hss.diameter.DiameterNode;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.profile.ProfileDocument;
import org.phonemirror.hss.profile.RepositoryData;
import org.phonemirror.hss.sh.ShConfig;

/** A running HSS. Its data are in memory and outlive a restart only with the caller. */
public final class TestHss implements AutoCloseable {
  private final Subscribers subscribers;
  private final Repository repository = new Repository();
  private final Registrations registrations = new Registrations();
  private final Permissions permissions = new Permissions();
  private final Outgoing outgoing = new Outgoing(this::node);
  private volatile Optional<DiameterNode> node = Optional.empty();

  private TestHss(Subscribers subscribers) {
    this.subscribers = subscribers;
  }

  /**
   * Starts an HSS.
   *
   * @throws IOException if it cannot listen
   */
  public static TestHss start(HssConfig config, Subscribers subscribers) throws IOException {
    return start(config, subscribers, hss -> {});
  }

  /**
   * Starts an HSS.
   *
   * @param prepare fills in what it holds before anyone can ask
   * @throws IOException if it cannot listen
   */
  public static TestHss start(HssConfig config, Subscribers subscribers, Consumer<TestHss> prepare)
      throws IOException {
    TestHss hss = new TestHss(subscribers);
    prepare.accept(hss);
    Map<Dispatcher.Key, Command> commands = new HashMap<>();
    commands.putAll(new CxHandler(config, subscribers, hss.registrations).commands());
    Notifier notifier = new Notifier(hss.outgoing);
    commands.putAll(
        new ShHandler(subscribers, hss.permissions, hss.registrations, hss.repository, notifier)
            .commands());
    hss.node = Optional.of(DiameterNode.start(config.node(), new Dispatcher(config, commands)));
    return hss;
  }

  /** Its subscribers; they may be changed while it runs. */
  public Subscribers subscribers() {
    return subscribers;
  }

  /** What application servers may do. */
  public Permissions permissions() {
    return permissions;
  }

  /** Whether servers may watch data that is not there yet; a standard HSS answers 5106. */
  public void watchAbsentData(boolean allowed) {
    repository.watchAbsent(allowed);
  }

  /** Adds subscribers with their mirror profiles. */
  public void put(List<SubscriberFile.Entry> entries) {
    for (SubscriberFile.Entry entry : entries) {
      subscribers.put(entry.subscriber());
      entry.profile().ifPresent(p -> setProfile(entry.subscriber().impus().get(0), p));
    }
  }

  /** Gives a subscriber a mirror, as operator's staff would; watchers are not told. */
  public void setProfile(Impu impu, MirrorProfile profile) {
    setServiceData(impu, ShConfig.SERVICE_INDICATION, ProfileDocument.format(profile));
  }

  /**
   * Stores transparent data, whatever is there.
   *
   * @param serviceData an XML element
   */
  public void setServiceData(Impu impu, String serviceIndication, String serviceData) {
    Subscriber subscriber =
        subscribers
            .byImpu(impu)
            .orElseThrow(() -> new IllegalArgumentException(impu + " is no subscriber"));
    Repository.DataKey key = new Repository.DataKey(subscriber.impi(), serviceIndication);
    int number = repository.get(key).map(RepositoryData::nextSequenceNumber).orElse(0);
    RepositoryData data = new RepositoryData(serviceIndication, number, Optional.of(serviceData));
    if (!repository.update(key, data)) {
      throw new IllegalStateException("the data of " + impu + " was changed by another just now");
    }
  }

  /** Name of the S-CSCF at which the subscriber is registered. */
  public Optional<String> servingCscf(Impu impu) {
    return subscribers
        .byImpu(impu)
        .flatMap(registrations::of)
        .filter(r -> r.state() == Registrations.State.REGISTERED)
        .map(Registrations.Registration::serverName);
  }

  /**
   * Ends the subscriber's registration at its S-CSCF (RTR); the phone may register anew.
   *
   * @param reason for people to read
   * @return the S-CSCF's answer; failed with an IOException if there is none
   */
  public CompletionStage<Result> deregister(Impu impu, String reason) {
    return subscribers
        .byImpu(impu)
        .map(s -> new Deregistration(registrations, outgoing).end(s, reason))
        .orElseGet(
            () -> CompletableFuture.failedFuture(new IOException(impu + " is no subscriber")));
  }

  private Optional<DiameterNode> node() {
    return node;
  }

  @Override
  public void close() {
    node.ifPresent(DiameterNode::close);
    node = Optional.empty();
  }
}
