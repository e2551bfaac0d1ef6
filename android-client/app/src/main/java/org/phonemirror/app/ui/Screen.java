package org.phonemirror.app.ui;

import android.app.Activity;
import android.app.Application;
import android.content.Context;
import android.os.Bundle;
import android.view.MenuItem;
import android.view.View;
import android.widget.Switch;
import android.widget.TextView;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.phonemirror.app.R;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.MirrorControl;

/**
 * A screen with the switch that pauses everything, and a line for what went wrong. While it is
 * visible it shows each new state. What was submitted survives a change of configuration; the
 * screen that comes after then tells how it ended.
 */
abstract class Screen extends Activity {
  private static final String MESSAGE = "message";

  /** What the screen after a change of configuration takes over. */
  private record Retained(Optional<CompletableFuture<?>> running) {}

  private MirrorControl control;
  private Optional<MirrorControl.Observation> observation = Optional.empty();
  private Optional<CompletableFuture<?>> running = Optional.empty();
  private Switch mirroring;
  private TextView message;

  /** The control of the app that this context belongs to. */
  static MirrorControl control(Context context) {
    Object app = context.getApplicationContext();
    if (app instanceof MirrorControl.Holder holder) {
      return holder.control();
    }
    throw new IllegalStateException(
        Application.class.getName() + " is " + app.getClass() + ", which holds no control");
  }

  /** What stands below the switch. */
  abstract int layout();

  /** Shows what is so now; called after {@link #onCreate} and as often as something changes. */
  abstract void show(AppState state);

  /** What was {@link #submit}ted has been done. */
  void done() {}

  @Override
  protected void onCreate(Bundle saved) {
    super.onCreate(saved);
    control = control(this);
    setContentView(R.layout.screen);
    getLayoutInflater().inflate(layout(), findViewById(R.id.content), true);
    setActionBar(findViewById(R.id.bar));
    getActionBar().setDisplayHomeAsUpEnabled(!(this instanceof MainActivity));
    mirroring = findViewById(R.id.mirroring);
    mirroring.setOnClickListener(view -> attempt(control.pause(!mirroring.isChecked())));
    message = findViewById(R.id.message);
    message.setOnClickListener(view -> message(""));
    message(saved == null ? "" : saved.getString(MESSAGE, ""));
  }

  @Override
  protected void onPostCreate(Bundle saved) {
    super.onPostCreate(saved);
    if (getLastNonConfigurationInstance() instanceof Retained before) {
      before.running().ifPresent(this::submit);
    }
  }

  @Override
  protected void onStart() {
    super.onStart();
    observation = Optional.of(control.observe(this::refresh));
    refresh(control.state());
  }

  @Override
  protected void onStop() {
    observation.ifPresent(MirrorControl.Observation::end);
    observation = Optional.empty();
    super.onStop();
  }

  @Override
  protected void onSaveInstanceState(Bundle out) {
    super.onSaveInstanceState(out);
    out.putString(MESSAGE, message.getText().toString());
  }

  @Override
  public Object onRetainNonConfigurationInstance() {
    return new Retained(running);
  }

  @Override
  public boolean onOptionsItemSelected(MenuItem item) {
    if (item.getItemId() == android.R.id.home) {
      finish();
      return true;
    }
    return super.onOptionsItemSelected(item);
  }

  MirrorControl control() {
    return control;
  }

  /** Whether an action is under way that {@link #done} will tell of. */
  boolean isBusy() {
    return running.isPresent();
  }

  /** Tells what went wrong, if the action does. */
  void attempt(CompletableFuture<?> action) {
    message("");
    var unused = action.whenComplete((result, failure) -> ended(failure));
  }

  /** As {@link #attempt}, for what this screen is there for: {@link #done} or a failure follows. */
  void submit(CompletableFuture<?> action) {
    message("");
    running = Optional.of(action);
    var unused =
        action.whenComplete(
            (result, failure) -> {
              running = Optional.empty();
              ended(failure);
              if (failure == null && !isDestroyed()) {
                done();
              }
            });
    refresh(control.state());
  }

  private void ended(Throwable failure) {
    if (isDestroyed()) {
      return;
    }
    if (failure != null) {
      message(Problems.text(this, failure));
    }
    refresh(control.state());
  }

  /** A line for people, until it is touched or something else is tried; empty for none. */
  void message(String text) {
    message.setText(text);
    message.setVisibility(text.isEmpty() ? View.GONE : View.VISIBLE);
    message.setContentDescription(
        text.isEmpty() ? null : text + "\n" + getString(R.string.message_close));
  }

  private void refresh(AppState state) {
    boolean on = !state.settings().paused();
    mirroring.setChecked(on);
    int onText = state.account().isPresent() ? R.string.mirroring_on : R.string.mirroring_later;
    mirroring.setText(on ? onText : R.string.mirroring_paused);
    show(state);
  }

  /** Shows a text, or takes its place away. */
  static void show(TextView view, String text) {
    view.setText(text);
    show(view, !text.isEmpty());
  }

  /** Shows a view, or takes its place away. */
  static void show(View view, boolean visible) {
    view.setVisibility(visible ? View.VISIBLE : View.GONE);
  }
}
