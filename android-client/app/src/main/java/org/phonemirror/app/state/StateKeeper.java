package org.phonemirror.app.state;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.phonemirror.app.capture.CaptureHub;
import org.phonemirror.app.model.Account;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.FirstClone;
import org.phonemirror.app.model.Settings;
import org.phonemirror.app.model.Status;
import org.phonemirror.app.provision.Invitation;
import org.phonemirror.app.settings.SettingsStore;
import org.phonemirror.app.sync.Ledger;
import org.phonemirror.app.sync.Rules;
import org.phonemirror.client.services.ClientServices;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.SyncSettings;

/** Makes what the screens show. Safe for use by several threads. */
public final class StateKeeper {
  private final Clock clock;
  private final SettingsStore store;
  private final CaptureHub hub;
  private final Ledger ledger;
  private final Function<Notice, String> words;
  private Story story = Story.NONE;
  private Optional<Account> account = Optional.empty();
  private Optional<FirstClone> clone = Optional.empty();
  private Status.Phase phase = Status.Phase.NOT_PROVISIONED;
  private Instant since;
  private boolean runs;

  /**
   * A keeper that knows nothing yet.
   *
   * @param words of a notice for people
   */
  public StateKeeper(
      Clock clock,
      SettingsStore store,
      CaptureHub hub,
      Ledger ledger,
      Function<Notice, String> words) {
    this.clock = clock;
    this.store = store;
    this.hub = hub;
    this.ledger = ledger;
    this.words = words;
    this.since = clock.instant();
  }

  /** What an invitation means for the owner. */
  public static Account account(Invitation invitation) {
    SyncSettings settings = invitation.settings();
    return new Account(
        settings.server().toString(),
        settings.identity(),
        settings.interval(),
        settings.files().upload(),
        settings.files().uploadThreshold());
  }

  /** The engine goes by this invitation, and a session runs or not. */
  public synchronized void engine(Optional<Invitation> invitation, boolean sessionRuns) {
    account = invitation.map(StateKeeper::account);
    runs = sessionRuns;
  }

  /** A copy is being made, or not any more. */
  public synchronized void copying(Optional<FirstClone> now) {
    clone = now;
  }

  /** Asks the services what has become of orders; the future is done when that is known here. */
  public CompletableFuture<Void> ask(ClientServices services) {
    return services
        .given()
        .thenCombine(services.notices(), (given, told) -> Story.of(given, told, words))
        .thenAccept(
            fresh -> {
              synchronized (this) {
                story = fresh;
              }
            });
  }

  /** These notices have come: books what the mirror has done in the phone's place. */
  public CompletableFuture<Void> told(List<Notice> fresh, ClientServices services) {
    return services
        .given()
        .thenCombine(services.notices(), (given, told) -> Savings.of(fresh, given, told))
        .thenAccept(
            bytes -> {
              if (bytes > 0) {
                ledger.saved(bytes);
              }
            });
  }

  /** What is known now. */
  public synchronized AppState state() {
    Settings settings = store.settings();
    Ledger.Standing standing = ledger.standing();
    Status.Phase now = phase(settings, standing);
    Instant at = clock.instant();
    if (now != phase) {
      phase = now;
      since = at;
    }
    Duration lag = standing.serverHas().map(end -> Duration.between(end, at)).orElse(Duration.ZERO);
    Status status =
        new Status(
            phase,
            since,
            lag.isNegative() ? Duration.ZERO : lag,
            standing.waiting(),
            standing.last(),
            standing.today(),
            standing.day());
    return new AppState(
        at,
        account,
        status,
        hub.state(),
        settings,
        story.scan(),
        story.findings(),
        story.downloads(),
        story.outbox(),
        clone);
  }

  private Status.Phase phase(Settings settings, Ledger.Standing standing) {
    if (!account.isPresent()) {
      return Status.Phase.NOT_PROVISIONED;
    }
    if (settings.paused()) {
      return Status.Phase.PAUSED;
    }
    if (clone.isPresent()) {
      return Status.Phase.CLONING;
    }
    Optional<Rules.Hold> hold = standing.hold();
    if (!standing.reached() || hold.filter(Rules.Hold.NO_NETWORK::equals).isPresent()) {
      return Status.Phase.UNREACHABLE;
    }
    if (hold.isPresent()) {
      return Status.Phase.HELD_BACK;
    }
    return runs && standing.serverHas().isPresent() ? Status.Phase.ON : Status.Phase.STARTING;
  }
}
