package org.phonemirror.app.control;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.phonemirror.app.capture.CaptureHub;
import org.phonemirror.app.capture.SystemCapture;
import org.phonemirror.app.model.FirstClone;
import org.phonemirror.app.model.MirrorException;
import org.phonemirror.app.model.Problem;
import org.phonemirror.app.model.Settings;
import org.phonemirror.app.phone.Phone;
import org.phonemirror.app.provision.Invitation;
import org.phonemirror.app.provision.InvitationFile;
import org.phonemirror.app.settings.SettingsStore;
import org.phonemirror.app.state.StateKeeper;
import org.phonemirror.app.sync.SyncEngine;
import org.phonemirror.client.SynClientListener;
import org.phonemirror.client.clone.CloneProgress;
import org.phonemirror.client.services.ClientServices;
import org.phonemirror.sync.Notice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the engine: every change to it happens on one thread, the worker, one after the other. All
 * methods may be called on any thread.
 */
public final class EngineRunner implements SynClientListener {
  private static final Logger LOG = LoggerFactory.getLogger(EngineRunner.class);

  /** How long the end of a session may be told before a pause holds everything back. */
  private static final long END_SECONDS = 10;

  private static final long REFRESH_SECONDS = 5;

  private final ScheduledExecutorService worker;
  private final SettingsStore store;
  private final InvitationFile invitations;
  private final CaptureHub hub;
  private final StateKeeper keeper;
  private final Shell shell;
  private final Path userStorage;
  private final SystemCapture capture;
  private final AtomicBoolean asking = new AtomicBoolean();
  private final AtomicReference<Phone.Network> network = new AtomicReference<>(Phone.Network.NONE);
  private volatile Runnable change = () -> {};
  private Optional<SyncEngine> engine = Optional.empty();
  private Optional<ScheduledFuture<?>> refresh = Optional.empty();

  private interface Task<T> {
    T run() throws Exception;
  }

  /** What is asked of the services. */
  public interface ServiceCall<T> {
    /** Asks; called on the worker. */
    CompletionStage<T> on(ClientServices services) throws IOException;
  }

  /**
   * A runner without an engine.
   *
   * @param worker of one thread
   */
  public EngineRunner(
      ScheduledExecutorService worker,
      SettingsStore store,
      InvitationFile invitations,
      CaptureHub hub,
      StateKeeper keeper,
      Shell shell,
      SystemCapture capture,
      Path userStorage) {
    this.worker = worker;
    this.store = store;
    this.invitations = invitations;
    this.hub = hub;
    this.keeper = keeper;
    this.shell = shell;
    this.capture = capture;
    this.userStorage = userStorage;
  }

  /** Runs this engine, which has this as its listener; to be called once, first. */
  public void engine(SyncEngine given) {
    engine = Optional.of(given);
  }

  /** Tells this of each change, on any thread. */
  void onChange(Runnable observer) {
    change = observer;
  }

  /** The top directory of what is mirrored. */
  Path userStorage() {
    return userStorage;
  }

  /** Takes up what the last process was doing; what runs already goes on. */
  public CompletableFuture<Void> start() {
    return onWorker(
        () -> {
          if (!engine().invitation().isPresent()) {
            Optional<Invitation> invitation = invitations.load();
            if (!invitation.isPresent()) {
              return null;
            }
            open(invitation.get());
          }
          engine().apply();
          engine().start();
          return null;
        });
  }

  private void open(Invitation invitation) throws Exception {
    engine().open(invitation);
    asking.set(false); // one that was closed before does not answer
    capture.start(invitation.inputDevices());
  }

  CompletableFuture<Void> provision(Invitation invitation) {
    return onWorker(
        () -> {
          invitations.save(invitation);
          open(invitation);
          engine().start();
          return null;
        });
  }

  CompletableFuture<Void> change(Settings settings) {
    return onWorker(
        () -> {
          if (!store.save(settings)) {
            throw new MirrorException(Problem.NOT_STORED, "the settings can't be stored");
          }
          engine().apply();
          return null;
        });
  }

  CompletableFuture<Void> pause(boolean paused) {
    if (paused) {
      hub.close(true); // before anything else
    }
    return onWorker(
        () -> {
          if (!store.savePaused(paused)) {
            hub.close(store.settings().paused());
            throw new MirrorException(Problem.NOT_STORED, "a pause can't be stored");
          }
          if (paused) {
            pauseEngine();
          }
          engine().apply();
          engine().start();
          return null;
        });
  }

  private void pauseEngine() throws Exception {
    boolean copying = keeper.state().firstClone().isPresent();
    afterEnd(engine().end());
    Optional<Invitation> invitation = engine().invitation();
    if (copying && invitation.isPresent()) {
      engine().close(); // which breaks the copy off
      asking.set(false); // who is closed does not answer
      engine().open(invitation.get());
    }
  }

  private void afterEnd(CompletableFuture<Boolean> told) {
    var timer = worker.schedule(() -> engine().ended(), END_SECONDS, TimeUnit.SECONDS);
    var unused =
        told.whenComplete(
            (all, error) -> {
              if (timer.cancel(false)) {
                worker.execute(() -> engine().ended());
              }
            });
  }

  /**
   * The phone is about to be off. The future is done when the server knows, if it can be reached.
   */
  public CompletableFuture<Void> shutDown() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    worker.execute(
        () -> {
          CompletableFuture<Boolean> told = engine().end();
          shell.alarm(Optional.empty());
          var unused = told.whenComplete((all, error) -> done.complete(null));
        });
    return done;
  }

  /**
   * Does what is due after the phone has slept.
   *
   * @return done when the server has everything
   */
  public CompletableFuture<Void> wake() {
    return later(() -> engine().wake()).thenAccept(all -> changed());
  }

  /** The charger or the network has changed. */
  public void conditionsChanged() {
    var unused =
        onWorker(
            () -> {
              engine().apply();
              var waking = engine().wake();
              return waking.isDone();
            });
  }

  /** The network in use is this one now. */
  public void networkIs(Phone.Network now) {
    if (network.getAndSet(now) != now) {
      conditionsChanged(); // not each time that its signal does
    }
  }

  /** Asks the services for something. */
  <T> CompletableFuture<T> withServices(ServiceCall<T> call) {
    return later(() -> call.on(services())).whenComplete((answer, error) -> refresh());
  }

  private ClientServices services() {
    return engine()
        .services()
        .orElseThrow(
            () -> new MirrorException(Problem.NOT_PROVISIONED, "this phone is not set up yet"));
  }

  /** Whether somebody looks, so that what time changes has to be told, too. */
  void watched(boolean looked) {
    worker.execute(
        () -> {
          if (looked && !refresh.isPresent()) {
            refresh =
                Optional.of(
                    worker.scheduleWithFixedDelay(
                        this::refresh, 0, REFRESH_SECONDS, TimeUnit.SECONDS));
          } else if (!looked) {
            refresh.ifPresent(timer -> timer.cancel(false));
            refresh = Optional.empty();
          }
        });
  }

  /** Asks the services what is new, and tells. */
  private void refresh() {
    if (!asking.compareAndSet(false, true)) {
      return;
    }
    Runnable done =
        () -> {
          asking.set(false);
          changed();
        };
    worker.execute(
        () -> {
          Optional<ClientServices> services = engine().services();
          if (services.isPresent()) {
            var unused = keeper.ask(services.get()).whenComplete((x, error) -> done.run());
          } else {
            done.run();
          }
        });
  }

  private SyncEngine engine() {
    return engine.orElseThrow(() -> new IllegalStateException("no engine was given"));
  }

  private void changed() {
    change.run();
  }

  private <T> CompletableFuture<T> onWorker(Task<T> task) {
    CompletableFuture<T> future = new CompletableFuture<>();
    worker.execute(
        () -> {
          try {
            T value = task.run();
            settle();
            future.complete(value);
          } catch (Exception e) {
            LOG.warn("{}", e.toString());
            settle();
            future.completeExceptionally(e);
          }
        });
    return future;
  }

  /** Done when what a task has begun is done. */
  private <T> CompletableFuture<T> later(Task<CompletionStage<T>> task) {
    CompletableFuture<T> future = new CompletableFuture<>();
    var unused =
        onWorker(
                () -> {
                  var begun =
                      task.run()
                          .whenComplete(
                              (value, error) -> {
                                if (error == null) {
                                  future.complete(value);
                                } else {
                                  future.completeExceptionally(error);
                                }
                              });
                  return begun != null;
                })
            .exceptionally(
                error -> {
                  future.completeExceptionally(error);
                  return false;
                });
    return future;
  }

  /** After a change: the screens, the alarm and the service go by what is now. */
  private void settle() {
    boolean runs = engine().runs();
    keeper.engine(engine().invitation(), runs);
    shell.foreground(runs);
    shell.alarm(engine().untilNext());
    refresh();
  }

  @Override
  public void notices(List<Notice> notices) {
    for (Notice notice : notices) {
      LOG.info("notice {}", notice.topic());
      fetchIfSmall(notice);
    }
    worker.execute(() -> engine().services().ifPresent(services -> book(notices, services)));
    refresh();
  }

  private void book(List<Notice> notices, ClientServices services) {
    var unused =
        keeper
            .told(notices, services)
            .exceptionally(
                error -> {
                  LOG.warn("what the mirror has done is not booked: {}", error.toString());
                  return null;
                });
  }

  /** A cached file that the owner would have fetched himself, were it not for the mirror. */
  private void fetchIfSmall(Notice notice) {
    if (!notice.topic().equals("file-cached")) {
      return;
    }
    String size = notice.first("size").orElse("");
    if (size.matches("[0-9]{1,15}") && Long.parseLong(size) <= store.settings().fetchThreshold()) {
      var unused =
          withServices(services -> services.fetch(notice.first(Notice.ORDER).orElse("none")));
    }
  }

  @Override
  public void warning(String text) {
    LOG.warn("{}", text);
  }

  @Override
  public void reached(long bootId, long endMicros) {
    worker.execute(() -> shell.alarm(engine().untilNext()));
    changed();
  }

  @Override
  public void frozen() {
    keeper.copying(Optional.of(new FirstClone(true, 0, 0)));
    changed();
    if (!hub.serviceRuns() && !shell.freeze(true)) {
      warning(
          "the phone is copied, but its input can't be refused: neither is the accessibility"
              + " service on, nor may this app display over others; what changes meanwhile is"
              + " found when the storage is compared");
    }
  }

  @Override
  public void copying(CloneProgress progress) {
    boolean isFrozen = keeper.state().firstClone().filter(FirstClone::frozen).isPresent();
    keeper.copying(Optional.of(new FirstClone(isFrozen, progress.toSend(), progress.sent())));
    changed();
  }

  @Override
  public void thawed(boolean copied) {
    keeper.copying(Optional.empty());
    shell.freeze(false);
    changed();
  }
}
