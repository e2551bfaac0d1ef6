package org.phonemirror.app.ui;

import android.content.Context;
import android.graphics.PixelFormat;
import android.view.ContextThemeWrapper;
import android.view.Gravity;
import android.view.View;
import android.view.WindowManager;
import java.util.Optional;
import org.phonemirror.app.R;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.MirrorControl;

/**
 * Keeps input from all apps while the phone is frozen for its first copy: a window above them with
 * a {@link FreezeView}. The app's accessibility service has one as long as it runs; without it the
 * app has one while the phone is frozen, where it may.
 */
public final class FreezeOverlay implements AutoCloseable {
  /** Hides the bars, and lays the window out where they are. */
  @SuppressWarnings("deprecation") // what took its place came with Android 11
  private static final int WITHOUT_BARS =
      View.SYSTEM_UI_FLAG_FULLSCREEN
          | View.SYSTEM_UI_FLAG_HIDE_NAVIGATION
          | View.SYSTEM_UI_FLAG_LAYOUT_FULLSCREEN
          | View.SYSTEM_UI_FLAG_LAYOUT_HIDE_NAVIGATION
          | View.SYSTEM_UI_FLAG_IMMERSIVE_STICKY;

  private final WindowManager windows;
  private final Context context;
  private final MirrorControl control;
  private final int type;
  private final MirrorControl.Observation observation;
  private Optional<FreezeView> view = Optional.empty();

  /**
   * An overlay that appears when the phone is frozen. Called on the main thread.
   *
   * @param context that may add windows of that type
   * @param type of window, which decides what it is above of
   * @throws WindowManager.BadTokenException if the phone is frozen and the context may add none
   */
  public FreezeOverlay(Context context, MirrorControl control, int type) {
    this.windows = context.getSystemService(WindowManager.class);
    this.context = new ContextThemeWrapper(context, R.style.Theme_Mirror);
    this.control = control;
    this.type = type;
    this.observation = control.observe(this::show);
    try {
      show(control.state());
    } catch (WindowManager.BadTokenException | SecurityException e) {
      observation.end();
      throw e;
    }
  }

  @SuppressWarnings("deprecation") // as above
  private void show(AppState state) {
    boolean frozen = state.firstClone().filter(copy -> copy.frozen()).isPresent();
    if (frozen && !view.isPresent()) {
      FreezeView fresh = new FreezeView(context, control);
      fresh.setSystemUiVisibility(WITHOUT_BARS);
      windows.addView(fresh, parameters());
      view = Optional.of(fresh);
    }
    view.ifPresent(shown -> shown.show(state.firstClone()));
    if (!frozen) {
      remove();
    }
  }

  private WindowManager.LayoutParams parameters() {
    WindowManager.LayoutParams parameters =
        new WindowManager.LayoutParams(
            WindowManager.LayoutParams.MATCH_PARENT,
            WindowManager.LayoutParams.MATCH_PARENT,
            type,
            WindowManager.LayoutParams.FLAG_LAYOUT_IN_SCREEN
                | WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON,
            PixelFormat.OPAQUE);
    parameters.gravity = Gravity.FILL;
    parameters.setTitle(context.getString(R.string.freeze_title));
    return parameters;
  }

  private void remove() {
    view.ifPresent(windows::removeView);
    view = Optional.empty();
  }

  /** Takes the window away, whatever the phone is doing. */
  @Override
  public void close() {
    observation.end();
    remove();
  }
}
