package org.phonemirror.app.ui;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.phonemirror.app.model.Account;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.LogLine;
import org.phonemirror.app.model.MirrorControl;
import org.phonemirror.app.model.Sending;
import org.phonemirror.app.model.Settings;

/** Notes what screens ask for, and answers each the same. */
final class FakeControl implements MirrorControl {
  static final String INVITATION = "phonemirror://mirror.ims.example?k=c2VjcmV0";

  /** What was asked for, oldest first. */
  final List<String> calls = new ArrayList<>();

  /** What was to be sent. */
  final List<Sending> sendings = new ArrayList<>();

  /** How the next actions end. */
  CompletableFuture<Void> answer = CompletableFuture.completedFuture(null);

  List<LogLine> lines = Samples.log();
  private final List<Consumer<AppState>> observers = new ArrayList<>();
  private AppState state = Samples.usual();

  /** Something has changed. */
  void become(AppState fresh) {
    state = fresh;
    List.copyOf(observers).forEach(observer -> observer.accept(fresh));
  }

  /** How many are told of changes. */
  int observers() {
    return observers.size();
  }

  private CompletableFuture<Void> call(String call) {
    calls.add(call);
    return answer;
  }

  @Override
  public AppState state() {
    return state;
  }

  @Override
  public Observation observe(Consumer<AppState> observer) {
    observers.add(observer);
    return () -> observers.remove(observer);
  }

  @Override
  public CompletableFuture<Void> pause(boolean paused) {
    become(Samples.with(state, state.settings().withPaused(paused)));
    return call("pause " + paused);
  }

  @Override
  public CompletableFuture<Void> change(Settings settings) {
    become(Samples.with(state, settings));
    return call("change");
  }

  @Override
  public Account read(String invitation) {
    if (!invitation.equals(INVITATION)) {
      throw new IllegalArgumentException("this is no invitation: ask your operator for another");
    }
    return new Account("coaps://new.example:5684", "new", Samples.ACCOUNT.interval(), true, 0);
  }

  @Override
  public CompletableFuture<Void> provision(String invitation) {
    return call("provision " + invitation);
  }

  @Override
  public CompletableFuture<Void> scan(boolean quarantine) {
    return call("scan " + quarantine);
  }

  @Override
  public CompletableFuture<Void> quarantine(long finding) {
    return call("quarantine " + finding);
  }

  @Override
  public CompletableFuture<Void> download(String url, String name) {
    return call("download " + url + " " + name);
  }

  @Override
  public CompletableFuture<Void> fetch(long order) {
    return call("fetch " + order);
  }

  @Override
  public CompletableFuture<Void> cancel(long order) {
    return call("cancel " + order);
  }

  @Override
  public CompletableFuture<Void> send(Sending sending) {
    sendings.add(sending);
    return call("send");
  }

  @Override
  public CompletableFuture<List<LogLine>> log() {
    return CompletableFuture.completedFuture(lines);
  }
}
