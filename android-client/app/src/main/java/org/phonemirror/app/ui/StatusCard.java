package org.phonemirror.app.ui;

import android.content.Context;
import android.view.View;
import android.widget.TextView;
import java.time.Instant;
import org.phonemirror.app.R;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.Status;

/** The part of the first screen that tells how the mirror is. */
final class StatusCard {
  private final Context context;
  private final Texts texts;
  private final TextView phase;
  private final TextView phaseText;
  private final TextView lag;
  private final TextView waiting;
  private final TextView since;

  /** How a phase is told. */
  private record Words(int title, int text, int color) {}

  StatusCard(View screen, Texts texts) {
    this.context = screen.getContext();
    this.texts = texts;
    this.phase = screen.findViewById(R.id.phase);
    this.phaseText = screen.findViewById(R.id.phase_text);
    this.lag = screen.findViewById(R.id.lag);
    this.waiting = screen.findViewById(R.id.waiting);
    this.since = screen.findViewById(R.id.since);
  }

  void show(AppState state) {
    Status status = state.status();
    Words words = words(status.phase());
    String title = context.getString(words.title());
    if (!title.contentEquals(phase.getText())) {
      phase.setText(title); // a live region: only what is new is spoken
    }
    phase.setTextColor(context.getColor(words.color()));
    phaseText.setText(words.text());
    boolean mirrored = status.lastInterval().isPresent() && state.account().isPresent();
    Screen.show(lag, mirrored ? context.getString(R.string.lag, texts.duration(status.lag())) : "");
    Screen.show(
        waiting, status.waiting() > 0 ? texts.amount(R.plurals.waiting, status.waiting()) : "");
    boolean dated =
        status.phase() != Status.Phase.NOT_PROVISIONED && status.since().isAfter(Instant.EPOCH);
    Screen.show(
        since,
        dated ? context.getString(R.string.since, texts.time(status.since(), state.at())) : "");
  }

  private static Words words(Status.Phase phase) {
    return switch (phase) {
      case NOT_PROVISIONED ->
          new Words(
              R.string.phase_not_provisioned, R.string.phase_not_provisioned_text, R.color.text);
      case PAUSED -> new Words(R.string.phase_paused, R.string.phase_paused_text, R.color.waiting);
      case CLONING -> new Words(R.string.phase_cloning, R.string.phase_cloning_text, R.color.good);
      case UNREACHABLE ->
          new Words(R.string.phase_unreachable, R.string.phase_unreachable_text, R.color.bad);
      case HELD_BACK ->
          new Words(R.string.phase_held_back, R.string.phase_held_back_text, R.color.waiting);
      case STARTING ->
          new Words(R.string.phase_starting, R.string.phase_starting_text, R.color.text);
      case ON -> new Words(R.string.phase_on, R.string.phase_on_text, R.color.good);
    };
  }
}
