package org.phonemirror.app.ui;

import android.content.Context;
import android.view.View;
import android.widget.TextView;
import java.time.Duration;
import java.util.List;
import org.phonemirror.app.R;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.Status;
import org.phonemirror.app.model.Status.DayPoint;

/** The part of the first screen with figures: the last interval, today, the last 24 hours. */
final class FiguresCard {
  private final Context context;
  private final Texts texts;
  private final View card;
  private final PlotView plot;

  FiguresCard(View card, Texts texts) {
    this.context = card.getContext();
    this.texts = texts;
    this.card = card;
    this.plot = card.findViewById(R.id.plot);
  }

  void show(AppState state) {
    Status status = state.status();
    interval(state);
    Status.Spending today = status.today();
    text(R.id.data_spent, texts.bytes(today.bytes()));
    text(R.id.data_saved, texts.bytes(today.savedBytes()));
    text(R.id.energy_spent, texts.energy(today.joules()));
    text(R.id.energy_saved, texts.energy(today.savedJoules()));
    plot.show(status.lastDay(), state.at());
    legend(status.lastDay());
  }

  private void interval(AppState state) {
    if (!state.status().lastInterval().isPresent()) {
      text(R.id.interval, context.getString(R.string.last_interval_none));
      text(R.id.interval_events, "");
      return;
    }
    Status.Interval last = state.status().lastInterval().get();
    text(
        R.id.interval,
        context.getString(
            R.string.last_interval_length,
            texts.duration(last.length()),
            texts.time(last.end(), state.at())));
    text(
        R.id.interval_events,
        context.getString(
            last.acknowledged() ? R.string.interval_arrived : R.string.interval_waits,
            texts.amount(R.plurals.events, last.events()),
            texts.bytes(last.bytes())));
  }

  private void legend(List<DayPoint> points) {
    if (points.isEmpty()) {
      text(R.id.plot_bars, context.getString(R.string.plot_empty));
      text(R.id.plot_line, "");
      plot.setContentDescription(context.getString(R.string.plot_empty));
      return;
    }
    String most = texts.bytes(PlotView.mostBytes(points));
    Duration longest = PlotView.longestLag(points);
    String lag = texts.duration(longest);
    long all = points.stream().mapToLong(DayPoint::bytes).sum();
    text(R.id.plot_bars, context.getString(R.string.plot_legend_bars, most));
    text(R.id.plot_line, context.getString(R.string.plot_legend_line, lag));
    plot.setContentDescription(
        context.getString(R.string.plot_description, texts.bytes(all), most, lag));
  }

  private void text(int view, String text) {
    Screen.show(card.<TextView>findViewById(view), text);
  }
}
