package org.phonemirror.app.ui;

import android.content.ActivityNotFoundException;
import android.content.Intent;
import android.os.Bundle;
import android.view.View;
import android.view.ViewGroup;
import android.widget.ArrayAdapter;
import android.widget.ListView;
import android.widget.TextView;
import java.util.List;
import org.phonemirror.app.R;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.LogLine;

/** What has happened, to be read and shared with the operator's support. */
public final class LogActivity extends Screen {
  /** Longest text that is shared: another process takes it in one piece of at most 1 MB. */
  private static final int MAX_SHARED = 100_000;

  private Texts texts;
  private Lines lines;

  @Override
  int layout() {
    return R.layout.log;
  }

  @Override
  protected void onCreate(Bundle saved) {
    super.onCreate(saved);
    texts = new Texts(this);
    lines = new Lines();
    this.<ListView>findViewById(R.id.lines).setAdapter(lines);
    findViewById(R.id.log_refresh).setOnClickListener(view -> load());
    findViewById(R.id.log_share).setOnClickListener(view -> share());
  }

  @Override
  protected void onStart() {
    super.onStart();
    load();
  }

  @Override
  void show(AppState state) {
    // lines come when they are asked for, so that they can be read in peace
  }

  private void load() {
    attempt(control().log().thenAccept(this::fill));
  }

  private void fill(List<LogLine> fresh) {
    lines.clear();
    lines.addAll(fresh);
    show(findViewById(R.id.none), fresh.isEmpty());
    findViewById(R.id.log_share).setEnabled(!fresh.isEmpty());
    this.<ListView>findViewById(R.id.lines).setSelection(fresh.size() - 1); // the latest
  }

  private void share() {
    StringBuilder text = new StringBuilder();
    for (int i = lines.getCount() - 1; i >= 0; i--) {
      LogLine line = lines.getItem(i);
      String row = line.at() + " " + line.level() + " " + line.text() + "\n";
      if (text.length() + row.length() > MAX_SHARED) {
        break;
      }
      text.insert(0, row);
    }
    Intent send =
        new Intent(Intent.ACTION_SEND)
            .setType("text/plain")
            .putExtra(Intent.EXTRA_SUBJECT, getString(R.string.log_subject))
            .putExtra(Intent.EXTRA_TEXT, text.toString());
    try {
      startActivity(Intent.createChooser(send, getString(R.string.log_chooser)));
    } catch (ActivityNotFoundException e) {
      message(getString(R.string.failed_without_reason));
    }
  }

  private final class Lines extends ArrayAdapter<LogLine> {
    Lines() {
      super(LogActivity.this, R.layout.log_line, R.id.log_text);
    }

    @Override
    public View getView(int position, View before, ViewGroup parent) {
      View row =
          before == null ? getLayoutInflater().inflate(R.layout.log_line, parent, false) : before;
      LogLine line = getItem(position);
      String time = texts.time(line.at(), control().state().at());
      TextView at = row.findViewById(R.id.log_at);
      at.setText(getString(R.string.log_line, time, getString(word(line.level()))));
      at.setTextColor(getColor(color(line.level())));
      row.<TextView>findViewById(R.id.log_text).setText(line.text());
      return row;
    }
  }

  private static int word(LogLine.Level level) {
    return switch (level) {
      case INFO -> R.string.log_info;
      case WARNING -> R.string.log_warning;
      case ERROR -> R.string.log_error;
    };
  }

  private static int color(LogLine.Level level) {
    return switch (level) {
      case INFO -> R.color.text_quiet;
      case WARNING -> R.color.waiting;
      case ERROR -> R.color.bad;
    };
  }
}
