package org.phonemirror.sip;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.phonemirror.core.firewall.FirewallService;
import org.phonemirror.core.mirror.MirrorPorts;
import org.phonemirror.core.mirror.MirrorSettings;
import org.phonemirror.core.mirror.MirrorStatus;
import org.phonemirror.core.mirror.Mirrors;
import org.phonemirror.core.mirror.RebuildStatus;
import org.phonemirror.core.mms.CountingPolicy;
import org.phonemirror.core.service.MirrorService;
import org.phonemirror.core.service.NoticeBoard;
import org.phonemirror.core.signalling.PhoneMessenger;
import org.phonemirror.core.signalling.PhonePresence;
import org.phonemirror.core.subscriber.ConditionSink;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.ObservedProfiles;
import org.phonemirror.core.subscriber.ProfileSource;
import org.phonemirror.core.sync.KeyRing;
import org.phonemirror.core.sync.SyncServer;
import org.phonemirror.core.sync.SyncServerConfig;
import org.phonemirror.core.tape.SessionRecorder;
import org.phonemirror.core.tape.TapeSource;
import org.phonemirror.core.traffic.TrafficMonitor;
import org.phonemirror.core.traffic.TrafficSettings;
import org.phonemirror.hss.mm10.Mm10Server;
import org.phonemirror.hss.sh.ShConfig;
import org.phonemirror.hss.sh.ShProfileSource;
import org.phonemirror.sip.config.MirrorConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mirror plane of the server: its parts, put together and taken apart in order. */
final class Composition implements MirrorPlane {
  private static final Logger LOG = LoggerFactory.getLogger(Composition.class);

  /** Without a traffic monitor there is no tape to write on. */
  private static final SessionRecorder NO_TAPES = (subscriber, content) -> {};

  private final Drivers drivers;
  private final ShProfileSource profiles;
  private final Mirrors mirrors;
  private final SyncServer sync;
  private final KeyRing keys;
  private final MirrorHealth health;
  private final Optional<Mm10Server> mm10;
  private final Optional<TrafficMonitor> traffic;
  private final ServicePlane services;
  private final MirrorOverview overview;
  private final SubscriberSearch search;

  private Composition(
      MirrorConfig config,
      Drivers drivers,
      ShProfileSource profiles,
      Mirrors mirrors,
      SyncServer sync,
      KeyRing keys,
      Optional<Mm10Server> mm10,
      CountingPolicy messages,
      Optional<TrafficMonitor> traffic,
      ServicePlane services,
      MirrorOverview overview) {
    this.drivers = drivers;
    this.profiles = profiles;
    this.mirrors = mirrors;
    this.sync = sync;
    this.keys = keys;
    this.health =
        new MirrorHealth(
            config,
            mirrors,
            profiles,
            sync,
            mm10.map(server -> messages),
            traffic,
            services.figures());
    this.mm10 = mm10;
    this.traffic = traffic;
    this.services = services;
    this.overview = overview;
    this.search = search(profiles, traffic);
  }

  private static SubscriberSearch search(
      ShProfileSource profiles, Optional<TrafficMonitor> traffic) {
    List<Function<String, CompletionStage<Set<String>>>> sources = new ArrayList<>();
    sources.add(number -> profiles.identitiesOf(number).thenApply(Set::copyOf));
    traffic.ifPresent(
        monitor ->
            sources.add(
                number ->
                    monitor
                        .owners(number)
                        .thenApply(
                            owners -> owners.stream().map(Impu::uri).collect(Collectors.toSet()))));
    return new SubscriberSearch(sources);
  }

  static MirrorPlane start(MirrorConfig config, PhoneMessenger messenger) throws IOException {
    KeyRing keys = new KeyRing();
    Clock clock = Clock.systemUTC();
    // profiles and mirrors speak to each other: what changes before the mirrors are there waits
    CompletableFuture<Mirrors> there = new CompletableFuture<>();
    CompletableFuture<ProfileSource.Listener> listening = new CompletableFuture<>();
    Drivers drivers = Drivers.open(config);
    ShProfileSource profiles =
        new ShProfileSource(
            sh(config.diameter()).withServerName(config.sip().uri()),
            (subscriber, profile) -> {
              var unused =
                  listening.thenAccept(listener -> listener.profileChanged(subscriber, profile));
            });
    NoticeBoard board =
        (subscriber, notice) -> there.thenCompose(mirrors -> mirrors.tell(subscriber, notice));
    CountingPolicy messages = new CountingPolicy();
    MirrorOverview overview = new MirrorOverview(clock);
    Optional<Mm10Server> mm10 = Optional.empty();
    Optional<TrafficMonitor> traffic = Optional.empty();
    Mirrors mirrors = null;
    ServicePlane services = null;
    try {
      services = ServicePlane.open(config, drivers.selection(), board, messenger, clock);
      mm10 = mm10(config, messages);
      traffic = traffic(config, clock, services);
      MirrorPorts ports =
          new MirrorPorts(
              overview.vitals().watching(drivers.selection()),
              observed(profiles, services),
              conditions(profiles, traffic),
              messenger,
              keys,
              traffic.isPresent() ? traffic.get() : TapeSource.silent(),
              watched(services, overview),
              services.cloning(),
              clock);
      MirrorSettings settings = settings(config).withFilesCertificate(services.filesCertificate());
      mirrors = Mirrors.open(config.stateDirectory(), ports, settings);
      overview.watch(mirrors);
      traffic.ifPresent(overview::watch);
      there.complete(mirrors);
      listening.complete(listeners(mirrors, services));
      services.start();
      SyncServer sync =
          SyncServer.start(
              SyncServerConfig.at(resolve(config.sync().bind())), keys, mirrors, clock);
      LOG.info("Phones synchronize at {}", sync.address());
      return new Composition(
          config, drivers, profiles, mirrors, sync, keys, mm10, messages, traffic, services,
          overview);
    } catch (IOException | RuntimeException e) {
      if (mirrors != null) {
        mirrors.close();
      }
      mm10.ifPresent(Mm10Server::close);
      traffic.ifPresent(TrafficMonitor::close);
      if (services != null) {
        services.close();
      }
      profiles.close();
      drivers.close();
      throw e;
    }
  }

  private static List<MirrorService> watched(ServicePlane services, MirrorOverview overview) {
    List<MirrorService> all = new ArrayList<>(services.services());
    all.add(overview.vitals().service());
    return all;
  }

  private static Optional<TrafficMonitor> traffic(
      MirrorConfig config, Clock clock, ServicePlane services) throws IOException {
    if (config.traffic().isEmpty()) {
      return Optional.empty();
    }
    MirrorConfig.Traffic traffic = config.traffic().get();
    TrafficSettings settings =
        TrafficSettings.at(
                InetAddress.getByName(traffic.address()), config.stateDirectory().resolve("tapes"))
            .withGnNetworks(traffic.gnNetworks())
            .withNotRecorded(Set.of(resolve(config.sync().advertised())));
    FirewallService firewall = services.observer().orElseThrow();
    TrafficMonitor monitor = TrafficMonitor.start(settings, clock, firewall);
    firewall.announcer(monitor::announce);
    return Optional.of(monitor);
  }

  /** Who is told of a profile that has changed: the firewall at once, whatever the mirror does. */
  private static ProfileSource.Listener listeners(Mirrors mirrors, ServicePlane services) {
    Optional<FirewallService> firewall = services.observer();
    return (subscriber, profile) -> {
      firewall.ifPresent(observer -> observer.profileChanged(subscriber, profile));
      mirrors.profileChanged(subscriber, profile);
    };
  }

  /** The firewall has its rules from the profiles that mirrors read, beside those that change. */
  private static ProfileSource observed(ProfileSource profiles, ServicePlane services) {
    return services.observer().isPresent()
        ? new ObservedProfiles(profiles, services.observer().get())
        : profiles;
  }

  /** Who is told how mirrors are: the HSS, and the monitor that records for them. */
  private static ConditionSink conditions(
      ShProfileSource profiles, Optional<TrafficMonitor> traffic) {
    ConditionSink hss = profiles.conditions();
    if (traffic.isEmpty()) {
      return hss;
    }
    TrafficMonitor monitor = traffic.get();
    ConditionSink watch =
        new TrafficWatch(
            new TrafficWatch.Monitor() {
              @Override
              public void watch(Impu subscriber, Set<String> msisdns) {
                monitor.watch(subscriber, msisdns);
              }

              @Override
              public void unwatch(Impu subscriber) {
                monitor.unwatch(subscriber);
              }
            },
            profiles::msisdns);
    return (subscriber, condition) -> {
      hss.tell(subscriber, condition);
      watch.tell(subscriber, condition);
    };
  }

  /** Every message passes: what mirrors need of it, the network's copy brings. */
  private static Optional<Mm10Server> mm10(MirrorConfig config, CountingPolicy messages)
      throws IOException {
    if (config.mm10().isEmpty()) {
      return Optional.empty();
    }
    InetSocketAddress address = resolve(config.mm10().get());
    MirrorConfig.Diameter own = config.diameter();
    return Optional.of(Mm10Server.start(own.host(), own.realm(), address, messages));
  }

  private static ShConfig sh(MirrorConfig.Diameter diameter) {
    ShConfig config =
        ShConfig.of(
            diameter.host(),
            diameter.realm(),
            resolve(diameter.address()),
            diameter.peerHost(),
            resolve(diameter.peer()),
            diameter.peerRealm());
    return diameter.tls().map(config::withTls).orElse(config);
  }

  private static MirrorSettings settings(MirrorConfig config) {
    InetSocketAddress advertised = config.sync().advertised();
    MirrorSettings usual =
        MirrorSettings.defaults(
            URI.create("coaps://" + advertised.getHostString() + ":" + advertised.getPort()));
    return usual.withRetention(config.retention()).withPlacement(config.placement());
  }

  private static InetSocketAddress resolve(InetSocketAddress address) {
    return new InetSocketAddress(address.getHostString(), address.getPort());
  }

  @Override
  public PhonePresence presence() {
    return mirrors;
  }

  @Override
  public boolean isMirrored(Impu subscriber) {
    return keys.hasKey(subscriber);
  }

  @Override
  public SessionRecorder recorder() {
    return traffic.isPresent() ? traffic.get() : NO_TAPES;
  }

  @Override
  public CompletionStage<Optional<String>> servingCscf(Impu subscriber) {
    return profiles.servingCscf(subscriber);
  }

  @Override
  public List<Part> parts() {
    return health.parts();
  }

  @Override
  public CompletionStage<List<MirrorStatus>> status() {
    return mirrors.status();
  }

  @Override
  public CompletionStage<List<MirrorReport>> reports(Optional<String> whose) {
    return overview.reports(mirrors::status, drivers.selection(), search, whose);
  }

  @Override
  public String scrape() {
    return overview.scrape();
  }

  @Override
  public CompletionStage<RebuildStatus> rebuild(Impu subscriber, boolean order) {
    return mirrors.rebuild(subscriber, order);
  }

  @Override
  public ServiceFigures services() {
    return services.figures();
  }

  /** Phones first: what is not taken any more stays with them. */
  @Override
  public void close() {
    health.close();
    sync.close();
    mm10.ifPresent(Mm10Server::close);
    mirrors.close();
    traffic.ifPresent(TrafficMonitor::close);
    services.close();
    profiles.close();
    drivers.close();
  }
}
