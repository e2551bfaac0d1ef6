package org.phonemirror.app.ui;

import android.content.Context;
import android.os.Bundle;
import android.view.ViewGroup;
import android.widget.ProgressBar;
import android.widget.TextView;
import java.util.Optional;
import org.phonemirror.app.R;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.FirstClone;

/** The first copy: how far it is. While the phone is frozen, a {@link FreezeView} is on top. */
public final class CloneActivity extends Screen {
  private Texts texts;
  private FreezeView freeze;

  @Override
  int layout() {
    return R.layout.clone;
  }

  @Override
  protected void onCreate(Bundle saved) {
    super.onCreate(saved);
    texts = new Texts(this);
    freeze = new FreezeView(this, control());
    this.<ViewGroup>findViewById(android.R.id.content).addView(freeze);
  }

  @Override
  void show(AppState state) {
    Optional<FirstClone> copy = state.firstClone();
    TextView percent = findViewById(R.id.clone_percent);
    String title =
        copy.isPresent()
            ? getString(R.string.clone_percent, copy.get().percent())
            : getString(R.string.clone_none);
    if (!title.contentEquals(percent.getText())) {
      percent.setText(title);
    }
    ProgressBar bar = findViewById(R.id.clone_progress);
    show(bar, copy.isPresent());
    bar.setIndeterminate(!copy.filter(c -> c.toSend() > 0).isPresent());
    bar.setProgress(copy.map(FirstClone::percent).orElse(0));
    show(
        this.<TextView>findViewById(R.id.clone_amount),
        copy.map(c -> amount(this, texts, c)).orElse(""));
    show(findViewById(R.id.clone_free), copy.filter(c -> !c.frozen()).isPresent());
    freeze.show(copy);
  }

  /** How much of the copy is there. */
  static String amount(Context context, Texts texts, FirstClone copy) {
    return copy.toSend() == 0
        ? context.getString(R.string.clone_counting)
        : context.getString(
            R.string.clone_amount, texts.bytes(copy.sent()), texts.bytes(copy.toSend()));
  }
}
