package org.phonemirror.app.ui;

import android.content.ActivityNotFoundException;
import android.content.Intent;
import android.os.Bundle;
import android.provider.Settings;
import android.widget.TextView;
import org.phonemirror.app.R;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.Capture;

/** What the app sees of its owner's input, and what it does not. */
public final class CaptureActivity extends Screen {
  private Texts texts;

  @Override
  int layout() {
    return R.layout.capture;
  }

  @Override
  protected void onCreate(Bundle saved) {
    super.onCreate(saved);
    texts = new Texts(this);
    findViewById(R.id.open).setOnClickListener(view -> open());
  }

  private void open() {
    try {
      startActivity(new Intent(Settings.ACTION_ACCESSIBILITY_SETTINGS));
    } catch (ActivityNotFoundException e) {
      message(getString(R.string.capture_no_settings));
    }
  }

  @Override
  void show(AppState state) {
    Capture capture = state.capture();
    TextView now = findViewById(R.id.now);
    String text = getString(now(state));
    if (!text.contentEquals(now.getText())) {
      now.setText(text);
    }
    this.<TextView>findViewById(R.id.events)
        .setText(texts.amount(R.plurals.capture_events, capture.events()));
    show(
        this.<TextView>findViewById(R.id.withheld),
        capture.withheld() > 0 ? texts.amount(R.plurals.capture_withheld, capture.withheld()) : "");
  }

  private static int now(AppState state) {
    if (state.settings().paused()) {
      return R.string.capture_paused;
    }
    return switch (state.capture().means()) {
      case NONE -> R.string.capture_now_none;
      case ACCESSIBILITY -> R.string.capture_now_accessibility;
      case SYSTEM -> R.string.capture_now_system;
    };
  }
}
