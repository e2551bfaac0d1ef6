package org.phonemirror.app.ui;

import android.content.Context;
import android.view.KeyEvent;
import android.view.LayoutInflater;
import android.view.View;
import android.widget.Button;
import android.widget.FrameLayout;
import android.widget.ProgressBar;
import android.widget.TextView;
import java.util.Optional;
import org.phonemirror.app.R;
import org.phonemirror.app.model.FirstClone;
import org.phonemirror.app.model.MirrorControl;

/**
 * Covers what is below while the phone is frozen for its first copy, and takes all touches and keys
 * but those for the volume. Who needs the phone nevertheless touches the one button twice, which
 * pauses everything; a phone must always be of use in an emergency.
 */
final class FreezeView extends FrameLayout {
  private final MirrorControl control;
  private final Texts texts;
  private final TextView percent;
  private final TextView amount;
  private final ProgressBar progress;
  private final Button stop;
  private boolean sure;

  /** One that is not to be seen until {@link #show} says so. */
  FreezeView(Context context, MirrorControl control) {
    super(context);
    this.control = control;
    this.texts = new Texts(context);
    LayoutInflater.from(context).inflate(R.layout.freeze, this, true);
    percent = findViewById(R.id.freeze_percent);
    amount = findViewById(R.id.freeze_amount);
    progress = findViewById(R.id.freeze_progress);
    stop = findViewById(R.id.freeze_stop);
    stop.setOnClickListener(view -> stop());
    setBackgroundColor(context.getColor(R.color.page));
    setClickable(true);
    setFocusableInTouchMode(true);
    setVisibility(View.GONE);
  }

  private void stop() {
    if (sure) {
      var unused = control.pause(true);
    } else {
      sure = true;
      stop.setText(R.string.freeze_stop_sure);
    }
  }

  void show(Optional<FirstClone> copy) {
    boolean frozen = copy.filter(FirstClone::frozen).isPresent();
    boolean fresh = frozen && getVisibility() != View.VISIBLE;
    setVisibility(frozen ? View.VISIBLE : View.GONE);
    if (fresh) {
      sure = false;
      stop.setText(R.string.freeze_stop);
      requestFocus();
    }
    if (frozen) {
      FirstClone now = copy.get();
      String text = getContext().getString(R.string.clone_percent, now.percent());
      if (!text.contentEquals(percent.getText())) {
        percent.setText(text);
      }
      progress.setIndeterminate(now.toSend() == 0);
      progress.setProgress(now.percent());
      amount.setText(CloneActivity.amount(getContext(), texts, now));
    }
  }

  @Override
  public boolean dispatchKeyEvent(KeyEvent event) {
    int code = event.getKeyCode();
    if (code == KeyEvent.KEYCODE_VOLUME_UP || code == KeyEvent.KEYCODE_VOLUME_DOWN) {
      return super.dispatchKeyEvent(event);
    }
    // the button stays within reach of those who use keys or a switch
    boolean reaches =
        code == KeyEvent.KEYCODE_TAB
            || code == KeyEvent.KEYCODE_DPAD_CENTER
            || code == KeyEvent.KEYCODE_DPAD_DOWN
            || code == KeyEvent.KEYCODE_DPAD_UP
            || code == KeyEvent.KEYCODE_ENTER;
    if (reaches) {
      var unused = super.dispatchKeyEvent(event);
    }
    return true;
  }
}
