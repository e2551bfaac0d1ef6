package org.phonemirror.testnet.hss;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
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
import org.phonemirror.testnet.hss.Registrations.Registration;

/**
 * An HSS. Its data are in memory, which outlives it only from a {@link #stop} to a restart, and in
 * a file if one is given.
 */
public final class TestHss implements AutoCloseable {
  private final HssConfig config;
  private final Subscribers subscribers;
  private final Repository repository = new Repository(this::changed);
  private final Registrations registrations =
      new Registrations(this::changed, this::registrationChanged);
  private final ImsSubscriptions subscriptions = new ImsSubscriptions(this::changed);
  private final AkaSequences sequences = new AkaSequences(this::changed);
  private final Permissions permissions = new Permissions();
  private final Outgoing outgoing = new Outgoing(this::node, this::changed);
  private final Notifier notifier = new Notifier(outgoing);
  private final ImsNotifier imsNotifier = new ImsNotifier(subscriptions, notifier);
  private final PacketDomain packetDomain;
  private final ProfilePush profilePush = new ProfilePush(registrations, outgoing);
  private volatile Optional<HssFile> file = Optional.empty();
  private volatile Optional<DiameterNode> node = Optional.empty();

  private TestHss(HssConfig config, Subscribers subscribers) {
    this.config = config;
    this.subscribers = subscribers;
    this.packetDomain = new PacketDomain(subscribers, repository, outgoing, this::changed);
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
    TestHss hss = new TestHss(config, subscribers);
    prepare.accept(hss);
    hss.restart();
    return hss;
  }

  /**
   * Starts an HSS that keeps all it holds in a file.
   *
   * @param file made if it is not there
   * @param prepare fills in what it holds if the file is not there
   * @throws IOException if the file cannot be read or written, or it cannot listen
   */
  public static TestHss start(HssConfig config, Path file, Consumer<TestHss> prepare)
      throws IOException {
    TestHss hss = new TestHss(config, new Subscribers());
    HssFile kept = new HssFile(file);
    Optional<HssFile.Content> content = kept.read();
    if (content.isPresent()) {
      content.get().subscribers().forEach(hss.subscribers::put);
      hss.repository.load(content.get().data(), content.get().watchers());
      hss.subscriptions.load(content.get().subscriptions());
      hss.registrations.load(content.get().registrations());
      hss.sequences.load(content.get().sequences());
      hss.packetDomain.load(content.get().locations());
      hss.outgoing.load(content.get().relays());
    } else {
      prepare.accept(hss);
    }
    hss.file = Optional.of(kept);
    hss.subscribers.onChange(hss::changed);
    try {
      hss.changed();
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
    hss.restart();
    return hss;
  }

  private void changed() {
    file.ifPresent(
        kept -> {
          // no newer content may be overwritten with an older one
          synchronized (kept) {
            kept.write(
                new HssFile.Content(
                    subscribers.all(),
                    repository.all(),
                    repository.allWatchers(),
                    subscriptions.all(),
                    registrations.all(),
                    sequences.all(),
                    packetDomain.all(),
                    outgoing.relays()));
          }
        });
  }

  private void registrationChanged(
      String impi, Optional<Registration> before, Optional<Registration> after) {
    imsNotifier.registrationChanged(impi, before, after);
  }

  /**
   * Starts it again after {@link #stop}, with all its data.
   *
   * @throws IOException if it cannot listen
   */
  public void restart() throws IOException {
    if (node.isPresent()) {
      throw new IllegalStateException("the HSS runs");
    }
    Map<Dispatcher.Key, Command> commands = new HashMap<>();
    commands.putAll(new CxHandler(config, subscribers, registrations, sequences).commands());
    commands.putAll(
        new ShHandler(
                subscribers,
                permissions,
                registrations,
                repository,
                subscriptions,
                notifier,
                packetDomain)
            .commands());
    commands.putAll(packetDomain.commands());
    node =
        Optional.of(
            DiameterNode.start(config.node(), new Dispatcher(config, commands, outgoing::learn)));
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
    packetDomain.dataChanged(subscriber, serviceIndication);
  }

  /** Name of the S-CSCF at which the subscriber is registered. */
  public Optional<String> servingCscf(Impu impu) {
    return subscribers
        .byImpu(impu)
        .flatMap(registrations::of)
        .filter(r -> r.state() == Registrations.State.REGISTERED)
        .map(Registration::serverName);
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

  /**
   * Changes a subscriber, as operator's staff would, and tells the S-CSCF that serves it, and the
   * application servers that watch its filter criteria.
   *
   * @return the S-CSCF's answer; a success if there is none to be told
   */
  public CompletionStage<Result> change(Subscriber changed) {
    Optional<Subscriber> before = subscribers.byImpi(changed.impi());
    subscribers.put(changed);
    imsNotifier.criteriaChanged(
        changed.impi(), before.map(Subscriber::criteria).orElse(List.of()), changed.criteria());
    return profilePush.push(changed);
  }

  /** Begins to count at zero for a card again, as an HSS that was restored from an old backup. */
  public void forgetSequence(String impi) {
    sequences.set(impi, 0);
  }

  /** The transparent data of a service. */
  public Optional<String> serviceData(Impu impu, String serviceIndication) {
    return subscribers
        .byImpu(impu)
        .flatMap(s -> repository.get(new Repository.DataKey(s.impi(), serviceIndication)))
        .flatMap(RepositoryData::serviceData);
  }

  private Optional<DiameterNode> node() {
    return node;
  }

  /** Nobody reaches it any more; harmless if it is stopped already. */
  public void stop() {
    node.ifPresent(DiameterNode::close);
    node = Optional.empty();
  }

  @Override
  public void close() {
    stop();
  }
}
