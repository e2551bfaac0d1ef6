package org.phonemirror.app.control;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.phonemirror.app.log.AppLog;
import org.phonemirror.app.model.Account;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.Finding;
import org.phonemirror.app.model.LogLine;
import org.phonemirror.app.model.MirrorControl;
import org.phonemirror.app.model.MirrorException;
import org.phonemirror.app.model.Problem;
import org.phonemirror.app.model.Sending;
import org.phonemirror.app.model.Settings;
import org.phonemirror.app.model.Settings.Service;
import org.phonemirror.app.provision.Invitation;
import org.phonemirror.app.state.StateKeeper;
import org.phonemirror.client.services.ClientServices;
import org.phonemirror.client.services.OrderException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what the screens ask for, on the runner's thread, and tells on the main thread. */
public final class AppControl implements MirrorControl {
  private static final Logger LOG = LoggerFactory.getLogger(AppControl.class);

  private final EngineRunner runner;
  private final StateKeeper keeper;
  private final Executor main;
  private final SharedContent content;
  private final List<Observer> observers = new ArrayList<>();

  /** One that goes on, although the same may be told twice. */
  private static final class Observer {
    private final Consumer<AppState> told;

    Observer(Consumer<AppState> told) {
      this.told = told;
    }
  }

  private interface Order {
    CompletableFuture<?> give(ClientServices services) throws IOException;
  }

  /**
   * A control.
   *
   * @param main runs tasks on the main thread
   */
  public AppControl(EngineRunner runner, StateKeeper keeper, Executor main, SharedContent content) {
    this.runner = runner;
    this.keeper = keeper;
    this.main = main;
    this.content = content;
    runner.onChange(() -> main.execute(this::tell));
  }

  private void tell() {
    if (!observers.isEmpty()) {
      AppState state = keeper.state();
      for (Observer observer : List.copyOf(observers)) {
        if (observers.contains(observer)) {
          observer.told.accept(state);
        }
      }
    }
  }

  @Override
  public AppState state() {
    return keeper.state();
  }

  @Override
  public Observation observe(Consumer<AppState> observer) {
    Observer own = new Observer(observer);
    observers.add(own);
    runner.watched(true);
    return () -> {
      observers.remove(own);
      runner.watched(!observers.isEmpty());
    };
  }

  @Override
  public CompletableFuture<Void> pause(boolean paused) {
    return told(runner.pause(paused));
  }

  @Override
  public CompletableFuture<Void> change(Settings settings) {
    return told(runner.change(settings));
  }

  @Override
  public Account read(String invitation) {
    return StateKeeper.account(parsed(invitation));
  }

  @Override
  public CompletableFuture<Void> provision(String invitation) {
    try {
      return told(runner.provision(parsed(invitation)));
    } catch (MirrorException e) {
      return failed(e);
    }
  }

  private static Invitation parsed(String invitation) {
    try {
      return Invitation.parse(invitation);
    } catch (IllegalArgumentException e) {
      LOG.info("an invitation is refused: {}", e.getMessage());
      throw new MirrorException(Problem.BAD_INVITATION, e.getMessage(), e);
    }
  }

  @Override
  public CompletableFuture<Void> scan(boolean quarantine) {
    return order(
        Service.ANTIVIRUS,
        services -> services.scan(ClientServices.newId(), List.of(), quarantine));
  }

  @Override
  public CompletableFuture<Void> quarantine(long key) {
    Optional<Finding> finding =
        keeper.state().findings().stream().filter(found -> found.key() == key).findFirst();
    if (!finding.isPresent()) {
      return failed(
          new MirrorException(Problem.UNKNOWN_FINDING, "finding " + key + " is not known"));
    }
    // the mirror scans it once more, so that nothing is put away that has changed meanwhile
    return order(
        Service.ANTIVIRUS,
        services ->
            services.scan(
                ClientServices.newId(),
                List.of(runner.userStorage().resolve(finding.get().path())),
                true));
  }

  @Override
  public CompletableFuture<Void> download(String url, String name) {
    try {
      URI uri = new URI(url.trim());
      boolean web =
          "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
      if (!web || uri.getHost() == null) {
        throw new URISyntaxException(url, "no web address");
      }
      return order(
          Service.DOWNLOAD,
          services -> services.get(ClientServices.newId(), uri.toString(), name.trim()));
    } catch (URISyntaxException e) {
      return failed(new MirrorException(Problem.NO_WEB_ADDRESS, "this is no web address: " + url));
    }
  }

  @Override
  public CompletableFuture<Void> fetch(long order) {
    return order(Service.DOWNLOAD, services -> services.fetch(Long.toString(order)));
  }

  @Override
  public CompletableFuture<Void> cancel(long order) {
    return told(runner.withServices(services -> services.cancel(Long.toString(order))));
  }

  @Override
  public CompletableFuture<Void> send(Sending sending) {
    return order(Service.UPLOAD, services -> content.send(services, sending));
  }

  @Override
  public CompletableFuture<List<LogLine>> log() {
    return CompletableFuture.completedFuture(AppLog.get().lines());
  }

  private CompletableFuture<Void> order(Service service, Order order) {
    Settings settings = keeper.state().settings();
    if (settings.paused()) {
      return failed(new MirrorException(Problem.PAUSED, "mirroring is paused"));
    }
    if (!settings.services().contains(service)) {
      return failed(
          new MirrorException(
              Problem.SERVICE_OFF, "the owner has switched this service off: " + service));
    }
    return told(runner.withServices(order::give));
  }

  private static CompletableFuture<Void> failed(Exception why) {
    CompletableFuture<Void> failed = new CompletableFuture<>();
    failed.completeExceptionally(why);
    return failed;
  }

  /** Done on the main thread, with the cause itself if it has failed. */
  private CompletableFuture<Void> told(CompletionStage<?> stage) {
    CompletableFuture<Void> told = new CompletableFuture<>();
    stage.whenComplete(
        (value, error) ->
            main.execute(
                () -> {
                  if (error == null) {
                    told.complete(null);
                  } else {
                    told.completeExceptionally(problem(cause(error)));
                  }
                }));
    return told;
  }

  /** As owners are told of it; what it was is in the log. */
  private static MirrorException problem(Throwable cause) {
    if (cause instanceof MirrorException known) {
      return known;
    }
    LOG.warn("what the owner wants is not done", cause);
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof OrderException refused) {
      return new MirrorException(problem(refused.reason()), message, cause);
    }
    return new MirrorException(Problem.OTHER, message, cause);
  }

  private static Problem problem(OrderException.Reason reason) {
    return switch (reason) {
      case NO_UPLOADS -> Problem.NO_UPLOADS;
      case NO_RECIPIENT -> Problem.NO_RECIPIENT;
      case NOT_A_RECIPIENT -> Problem.NOT_A_RECIPIENT;
      case NOT_IN_STORAGE -> Problem.NOT_IN_STORAGE;
      case NOT_A_FILE -> Problem.NOT_A_FILE;
      case BEING_WRITTEN -> Problem.BEING_WRITTEN;
      case SEVERAL_FILES -> Problem.SEVERAL_FILES;
      case UNKNOWN_ORDER, SEVERAL_ORDERS -> Problem.UNKNOWN_ORDER;
      case TOO_MANY_ORDERS -> Problem.TOO_MANY_ORDERS;
      case NOT_AN_ORDER -> Problem.NOT_AN_ORDER;
    };
  }

  private static Throwable cause(Throwable error) {
    Throwable cause = error;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
