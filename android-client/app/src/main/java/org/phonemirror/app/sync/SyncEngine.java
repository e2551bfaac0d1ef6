package org.phonemirror.app.sync;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.phonemirror.app.capture.CaptureHub;
import org.phonemirror.app.model.Settings;
import org.phonemirror.app.phone.Phone;
import org.phonemirror.app.provision.Invitation;
import org.phonemirror.app.settings.Session;
import org.phonemirror.app.settings.SettingsStore;
import org.phonemirror.client.ChannelFactory;
import org.phonemirror.client.RetryPolicy;
import org.phonemirror.client.StorageWatch;
import org.phonemirror.client.SynClient;
import org.phonemirror.client.SynClientConfig;
import org.phonemirror.client.SynClientListener;
import org.phonemirror.client.clone.CloneProgress;
import org.phonemirror.client.queue.MessageQueue;
import org.phonemirror.client.queue.QueueLimits;
import org.phonemirror.client.services.ClientServices;
import org.phonemirror.sync.FileServices;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.SyncSettings;

/**
 * The Syn-Client's engine on this phone. It is open as long as the phone has an invitation, so that
 * what the services have told is known; a session runs unless the owner has paused everything.
 *
 * <p>To the mirror a pause is a phone that is switched off. A session outlives the app's process:
 * if the phone has not been off since, it goes on where the last interval ended.
 *
 * <p>Not safe for use by several threads.
 */
public final class SyncEngine implements AutoCloseable {
  private static final Duration GRACE = Duration.ofMillis(300);

  /** On a charger: by how much intervals are shorter, and the shortest. */
  private static final int FASTER = 4;

  /** Networks that come back wake the engine, so that it need not try often by itself. */
  private static final RetryPolicy RETRY =
      new RetryPolicy(Duration.ofSeconds(2), Duration.ofMinutes(10));

  /**
   * Where things are.
   *
   * @param userStorage what is mirrored
   * @param privateStorage on the same file system, and no part of it
   * @param state for the queue and the lists of services
   */
  public record Places(Path userStorage, Path privateStorage, Path state) {}

  private final Phone phone;

  /** Which of the phone's boots this process belongs to, all its life. */
  private final long phoneBoot;

  private final SettingsStore store;
  private final CaptureHub hub;
  private final StorageWatch watch;
  private final ChannelFactory channels;
  private final Places places;
  private final SynClientListener listener;
  private final Rules rules;
  private final Ledger ledger;
  private Optional<Open> open = Optional.empty();

  private record Open(Invitation invitation, SynClient client, boolean runs) {
    Open running(boolean now) {
      return new Open(invitation, client, now);
    }
  }

  /** An engine that is not open. */
  public SyncEngine(
      Phone phone,
      SettingsStore store,
      CaptureHub hub,
      StorageWatch watch,
      ChannelFactory channels,
      Places places,
      Rules rules,
      Ledger ledger,
      SynClientListener listener) {
    this.phone = phone;
    this.phoneBoot = phone.boots();
    this.store = store;
    this.hub = hub;
    this.watch = watch;
    this.channels = channels;
    this.places = places;
    this.rules = rules;
    this.ledger = ledger;
    this.listener = listener;
  }

  /**
   * Opens the engine, or goes over to another invitation; a session that runs goes on.
   *
   * @throws IOException if the queue or the lists can't be opened
   */
  public void open(Invitation invitation) throws Exception {
    boolean runs = open.filter(Open::runs).isPresent();
    if (open.isPresent() && !open.get().invitation.model().equals(invitation.model())) {
      close();
    }
    if (open.isPresent()) {
      open = Optional.of(new Open(invitation, open.get().client, runs));
    } else {
      open = Optional.of(new Open(invitation, client(invitation), false));
    }
    apply();
    if (runs && !open.get().runs) {
      start();
    }
  }

  private SynClient client(Invitation invitation) throws IOException {
    MessageQueue queue = MessageQueue.open(places.state().resolve("queue"), QueueLimits.DEFAULT);
    SynClientConfig config =
        new SynClientConfig(
            invitation.model(),
            places.userStorage(),
            places.state().resolve("rejected"),
            invitation.settings().interval(),
            GRACE,
            RETRY,
            phone,
            places.privateStorage(),
            watch);
    try {
      return new SynClient(
          config,
          phone.clock(),
          queue,
          settings -> new RuledChannel(channels.open(settings), rules, ledger, queue::size),
          new Remembering());
    } catch (IOException | RuntimeException e) {
      queue.close();
      throw e;
    }
  }

  /** The settings, the charger or the network have changed. */
  public void apply() {
    Settings settings = store.settings();
    rules.settings(settings);
    hub.passwords(settings.passwords());
    hub.close(settings.paused());
    open.ifPresent(now -> now.client.settings(effective(now.invitation.settings(), settings)));
  }

  private SyncSettings effective(SyncSettings given, Settings owner) {
    FileServices files = given.files();
    boolean upload = files.upload() && owner.services().contains(Settings.Service.UPLOAD);
    long threshold = Math.max(files.uploadThreshold(), owner.uploadThreshold());
    return new SyncSettings(
        given.server(),
        given.identity(),
        given.key(),
        interval(given, owner),
        given.repairBudget(),
        given.scope(),
        files.withUpload(upload, threshold));
  }

  private Duration interval(SyncSettings given, Settings owner) {
    Duration interval = owner.interval().orElse(given.interval());
    if (!owner.fasterOnCharger() || !phone.charging()) {
      return interval;
    }
    Duration faster = interval.dividedBy(FASTER);
    Duration shortest = Settings.MIN_INTERVAL;
    Duration quick = faster.compareTo(shortest) < 0 ? shortest : faster;
    return quick.compareTo(interval) < 0 ? quick : interval;
  }

  /** Begins a session, or goes on with the one that the process's end has cut short. */
  public void start() {
    if (!open.isPresent() || open.get().runs || store.settings().paused()) {
      return;
    }
    SynClient client = open.get().client;
    long now = phone.clock().wallMicros();
    Optional<Session> before = store.session().filter(session -> session.phoneBoot() == phoneBoot);
    if (before.isPresent()) {
      client.sessionResumed(before.get().bootId(), before.get().reachedMicros());
    } else {
      client.sessionStarted(now);
    }
    hub.deliverTo(Optional.of(client.input()));
    open = Optional.of(open.get().running(true));
  }

  /**
   * Ends the session: the phone is switched off, or everything is paused.
   *
   * @return true when the server has everything; not done while it is not reached
   */
  public CompletableFuture<Boolean> end() {
    hub.deliverTo(Optional.empty());
    if (!open.filter(Open::runs).isPresent()) {
      return CompletableFuture.completedFuture(true);
    }
    open = Optional.of(open.get().running(false));
    rules.closing(true);
    CompletableFuture<Boolean> told = open.get().client.shutdown(phone.clock().wallMicros());
    store.endSession();
    return told;
  }

  /** The end of the session has been told, or was waited for long enough. */
  public void ended() {
    rules.closing(false);
  }

  /**
   * Does what is due, after the phone has slept or the network has come back.
   *
   * @return done when the server has everything
   */
  public CompletableFuture<Boolean> wake() {
    return open.filter(Open::runs)
        .map(now -> now.client.wake())
        .orElseGet(() -> CompletableFuture.completedFuture(true));
  }

  /** How long until there is something to do; empty if no session runs. */
  public Optional<Duration> untilNext() {
    return open.filter(Open::runs).map(now -> now.client.untilNext());
  }

  /** The services, if the engine is open. */
  public Optional<ClientServices> services() {
    return open.map(now -> now.client.services());
  }

  /** The invitation that it goes by. */
  public Optional<Invitation> invitation() {
    return open.map(Open::invitation);
  }

  /** Whether a session runs. */
  public boolean runs() {
    return open.filter(Open::runs).isPresent();
  }

  /** Ends as a process does: a session is gone on with at the next start. */
  @Override
  public void close() throws Exception {
    hub.deliverTo(Optional.empty());
    if (open.isPresent()) {
      SynClient client = open.get().client;
      open = Optional.empty();
      client.close();
    }
  }

  /** Remembers how far the session is, and passes everything on. */
  private final class Remembering implements SynClientListener {
    @Override
    public void notices(List<Notice> notices) {
      listener.notices(notices);
    }

    @Override
    public void warning(String text) {
      listener.warning(text);
    }

    @Override
    public void reached(long bootId, long endMicros) {
      if (!rules.isClosing()) {
        store.saveSession(new Session(bootId, endMicros, phoneBoot));
      }
      listener.reached(bootId, endMicros);
    }

    @Override
    public void frozen() {
      hub.freeze(true);
      listener.frozen();
    }

    @Override
    public void copying(CloneProgress progress) {
      listener.copying(progress);
    }

    @Override
    public void thawed(boolean copied) {
      hub.freeze(false);
      listener.thawed(copied);
    }
  }
}
