package org.phonemirror.sip;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.phonemirror.core.mirror.MirrorPorts;
import org.phonemirror.core.mirror.MirrorSettings;
import org.phonemirror.core.mirror.MirrorStatus;
import org.phonemirror.core.mirror.Mirrors;
import org.phonemirror.core.mms.CountingPolicy;
import org.phonemirror.core.qemu.QemuDriver;
import org.phonemirror.core.qemu.QemuSettings;
import org.phonemirror.core.signalling.PhoneMessenger;
import org.phonemirror.core.signalling.PhonePresence;
import org.phonemirror.core.sync.KeyRing;
import org.phonemirror.core.sync.SyncServer;
import org.phonemirror.core.sync.SyncServerConfig;
import org.phonemirror.hss.mm10.Mm10Server;
import org.phonemirror.hss.sh.ShConfig;
import org.phonemirror.hss.sh.ShProfileSource;
import org.phonemirror.sip.config.MirrorConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mirror plane of the server: its parts, put together and taken apart in order. */
final class Composition implements MirrorPlane {
  private static final Logger LOG = LoggerFactory.getLogger(Composition.class);

  private final QemuDriver driver;
  private final ShProfileSource profiles;
  private final Mirrors mirrors;
  private final SyncServer sync;
  private final Optional<Mm10Server> mm10;
  private final CountingPolicy messages;
  private final MirrorConfig config;

  /** Asks the Diameter stack, which leaves marks of its own on threads that outlive us. */
  private final ExecutorService asking =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "mirror-health"));

  private Composition(
      MirrorConfig config,
      QemuDriver driver,
      ShProfileSource profiles,
      Mirrors mirrors,
      SyncServer sync,
      Optional<Mm10Server> mm10,
      CountingPolicy messages) {
    this.config = config;
    this.driver = driver;
    this.profiles = profiles;
    this.mirrors = mirrors;
    this.sync = sync;
    this.mm10 = mm10;
    this.messages = messages;
  }

  static MirrorPlane start(MirrorConfig config, PhoneMessenger messenger) throws IOException {
    KeyRing keys = new KeyRing();
    Clock clock = Clock.systemUTC();
    // profiles and mirrors speak to each other: what changes before the mirrors are there waits
    CompletableFuture<Mirrors> there = new CompletableFuture<>();
    QemuDriver driver =
        new QemuDriver(
            config.templateDirectory(), config.stateDirectory(), QemuSettings.defaults());
    ShProfileSource profiles =
        new ShProfileSource(
            sh(config.diameter()).withServerName(config.sip().uri()),
            (subscriber, profile) -> {
              var unused = there.thenAccept(mirrors -> mirrors.profileChanged(subscriber, profile));
            });
    CountingPolicy messages = new CountingPolicy();
    Optional<Mm10Server> mm10 = Optional.empty();
    Mirrors mirrors = null;
    try {
      mm10 = mm10(config, messages);
      MirrorPorts ports =
          new MirrorPorts(driver, profiles, profiles.conditions(), messenger, keys, clock);
      mirrors = Mirrors.open(config.stateDirectory(), ports, settings(config.sync()));
      there.complete(mirrors);
      SyncServer sync =
          SyncServer.start(
              SyncServerConfig.at(resolve(config.sync().bind())), keys, mirrors, clock);
      LOG.info("Phones synchronize at {}", sync.address());
      return new Composition(config, driver, profiles, mirrors, sync, mm10, messages);
    } catch (IOException | RuntimeException e) {
      if (mirrors != null) {
        mirrors.close();
      }
      mm10.ifPresent(Mm10Server::close);
      profiles.close();
      driver.close();
      throw e;
    }
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
    return ShConfig.of(
        diameter.host(),
        diameter.realm(),
        resolve(diameter.address()),
        diameter.peerHost(),
        resolve(diameter.peer()),
        diameter.peerRealm());
  }

  private static MirrorSettings settings(MirrorConfig.Sync sync) {
    InetSocketAddress advertised = sync.advertised();
    return MirrorSettings.defaults(
        URI.create("coaps://" + advertised.getHostString() + ":" + advertised.getPort()));
  }

  private static InetSocketAddress resolve(InetSocketAddress address) {
    return new InetSocketAddress(address.getHostString(), address.getPort());
  }

  @Override
  public PhonePresence presence() {
    return mirrors;
  }

  /** Without the HSS mirrors go on, but no new subscriber gets one. */
  @Override
  public List<Part> parts() {
    MirrorConfig.Diameter diameter = config.diameter();
    boolean writable = Files.isWritable(config.stateDirectory());
    List<Part> parts = new ArrayList<>();
    parts.add(
        new Part(
            "diameter",
            isConnected(),
            diameter.peerHost()
                + " at "
                + diameter.peer().getHostString()
                + ":"
                + diameter.peer().getPort()));
    parts.add(new Part("sync", true, sync.address().toString()));
    parts.add(
        new Part(
            "journal",
            writable,
            config.stateDirectory() + (writable ? "" : " cannot be written to")));
    if (mm10.isPresent()) {
      String counts =
          messages.submitted() + " messages sent, " + messages.delivered() + " received";
      parts.add(new Part("mm10", true, counts));
    }
    return parts;
  }

  private boolean isConnected() {
    try {
      return asking.submit(profiles::isConnected).get(1, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
      LOG.warn("The Diameter stack does not tell whether it is connected", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  @Override
  public CompletionStage<List<MirrorStatus>> status() {
    return mirrors.status();
  }

  /** Phones first: what is not taken any more stays with them. */
  @Override
  public void close() {
    asking.shutdownNow();
    sync.close();
    mm10.ifPresent(Mm10Server::close);
    mirrors.close();
    profiles.close();
    driver.close();
  }
}
