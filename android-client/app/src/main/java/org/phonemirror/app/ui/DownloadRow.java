package org.phonemirror.app.ui;

import android.view.View;
import android.widget.Button;
import android.widget.ProgressBar;
import android.widget.TextView;
import java.time.Instant;
import org.phonemirror.app.R;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.Download;
import org.phonemirror.app.model.Download.State;
import org.phonemirror.app.model.Status.Phase;

/** One file that the server fetches. */
final class DownloadRow {
  private static final int STEPS = 1000;

  private final Screen screen;
  private final Texts texts;
  private Instant now = Instant.EPOCH;
  private boolean paused;

  DownloadRow(Screen screen) {
    this.screen = screen;
    this.texts = new Texts(screen);
  }

  /** What the rows that follow are shown as part of. */
  void at(AppState state) {
    now = state.at();
    paused = state.status().phase() == Phase.PAUSED;
  }

  void bind(View row, Download download) {
    String name = download.name().isEmpty() ? download.url() : download.name();
    row.<TextView>findViewById(R.id.download_title).setText(name);
    Screen.show(
        row.<TextView>findViewById(R.id.download_from),
        download.name().isEmpty() ? "" : download.url());
    row.<TextView>findViewById(R.id.download_state).setText(text(download));
    progress(row.findViewById(R.id.download_progress), download, name);
    boolean kept = download.state() == State.CACHED || download.state() == State.FETCHING;
    Screen.show(
        row.<TextView>findViewById(R.id.download_expires),
        download
            .expires()
            .filter(moment -> kept)
            .map(moment -> texts.time(moment, now))
            .map(time -> screen.getString(R.string.download_expires, time))
            .orElse(""));
    Screen.show(
        row.<TextView>findViewById(R.id.download_text),
        download.state() == State.FAILED ? "" : download.text());
    Button fetch = row.findViewById(R.id.download_fetch);
    Screen.show(fetch, download.state() == State.CACHED);
    fetch.setEnabled(!paused);
    fetch.setContentDescription(screen.getString(R.string.fetch_named, name));
    fetch.setOnClickListener(view -> screen.attempt(screen.control().fetch(download.order())));
    Button cancel = row.findViewById(R.id.download_cancel);
    Screen.show(cancel, kept || download.state() == State.ORDERED);
    cancel.setContentDescription(screen.getString(R.string.cancel_named, name));
    cancel.setOnClickListener(view -> screen.attempt(screen.control().cancel(download.order())));
  }

  private void progress(ProgressBar bar, Download download, String name) {
    long size = download.size().orElse(0);
    Screen.show(bar, download.state() == State.FETCHING);
    bar.setIndeterminate(size <= 0);
    bar.setMax(STEPS);
    bar.setProgress(size <= 0 ? 0 : (int) (STEPS * download.fetched() / size));
    bar.setContentDescription(screen.getString(R.string.download_progress, name));
  }

  private String text(Download download) {
    String size =
        download.size().isPresent()
            ? texts.bytes(download.size().getAsLong())
            : screen.getString(R.string.size_unknown);
    return switch (download.state()) {
      case ORDERED -> screen.getString(R.string.download_ordered);
      case CACHED -> screen.getString(R.string.download_cached, size);
      case FETCHING ->
          screen.getString(R.string.download_fetching, texts.bytes(download.fetched()), size);
      case FETCHED -> screen.getString(R.string.download_fetched, size);
      case FAILED -> screen.getString(R.string.download_failed, download.text());
      case EXPIRED -> screen.getString(R.string.download_expired);
      case CANCELLED -> screen.getString(R.string.download_cancelled);
    };
  }
}
