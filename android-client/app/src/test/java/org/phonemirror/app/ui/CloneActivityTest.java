package org.phonemirror.app.ui;

import static org.assertj.core.api.Assertions.assertThat;

import android.view.KeyEvent;
import android.view.MotionEvent;
import android.view.View;
import android.view.ViewGroup;
import android.view.WindowManager;
import android.widget.ProgressBar;
import java.util.List;
import org.junit.Test;
import org.phonemirror.app.R;
import org.phonemirror.app.model.FirstClone;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.shadow.api.Shadow;
import org.robolectric.shadows.ShadowWindowManagerImpl;

public class CloneActivityTest extends ScreenTest {
  private static final FirstClone FROZEN = new FirstClone(true, 5_000_000, 1_250_000);

  @Test
  public void showsHowFarTheCopyIs() {
    control.become(Samples.cloning(new FirstClone(false, 5_000_000, 1_250_000)));
    CloneActivity screen = open(CloneActivity.class).get();
    assertThat(text(screen, R.id.clone_percent)).isEqualTo("25 %");
    assertThat(text(screen, R.id.clone_amount)).isEqualTo("1.3 MB of 5.0 MB");
    assertThat(screen.<ProgressBar>findViewById(R.id.clone_progress).getProgress()).isEqualTo(25);
    assertThat(visible(screen, R.id.clone_free)).isTrue();
    assertThat(freeze(screen).isShown()).isFalse();
  }

  @Test
  public void whileItIsFrozenTouchesAndKeysGoNowhere() {
    control.become(Samples.cloning(FROZEN));
    CloneActivity screen = open(CloneActivity.class).get();
    assertThat(text(screen, R.id.freeze_percent)).isEqualTo("25 %");
    View decor = screen.getWindow().getDecorView();
    View mirroring = screen.findViewById(R.id.mirroring);
    int[] at = new int[2];
    mirroring.getLocationInWindow(at);
    tap(decor, at[0] + mirroring.getWidth() / 2f, at[1] + mirroring.getHeight() / 2f);
    screen.dispatchKeyEvent(new KeyEvent(KeyEvent.ACTION_DOWN, KeyEvent.KEYCODE_BACK));
    screen.dispatchKeyEvent(new KeyEvent(KeyEvent.ACTION_UP, KeyEvent.KEYCODE_BACK));
    idle();
    assertThat(control.calls).isEmpty();
    assertThat(screen.isFinishing()).isFalse();
  }

  @Test
  public void whoNeedsThePhoneStopsTheCopy() {
    control.become(Samples.cloning(FROZEN));
    CloneActivity screen = open(CloneActivity.class).get();
    touch(screen, R.id.freeze_stop);
    assertThat(control.calls).isEmpty();
    assertThat(text(screen, R.id.freeze_stop)).isEqualTo("Touch again to stop the copy");
    touch(screen, R.id.freeze_stop);
    assertThat(control.calls).containsExactly("pause true");
  }

  @Test
  public void thawsWhenTheCopyHasEnded() {
    control.become(Samples.cloning(FROZEN));
    CloneActivity screen = open(CloneActivity.class).get();
    control.become(Samples.usual());
    idle();
    assertThat(freeze(screen).isShown()).isFalse();
    assertThat(text(screen, R.id.clone_percent)).isEqualTo("No copy is being made.");
  }

  @Test
  public void theOverlayIsThereForAsLongAsThePhoneIsFrozen() {
    WindowManager windows =
        RuntimeEnvironment.getApplication().getSystemService(WindowManager.class);
    try (FreezeOverlay overlay =
        new FreezeOverlay(
            RuntimeEnvironment.getApplication(),
            control,
            WindowManager.LayoutParams.TYPE_APPLICATION_OVERLAY)) {
      assertThat(overlays(windows)).isEmpty();
      control.become(Samples.cloning(FROZEN));
      assertThat(overlays(windows)).hasSize(1);
      control.become(Samples.usual());
      assertThat(overlays(windows)).isEmpty();
      control.become(Samples.cloning(FROZEN));
      assertThat(overlays(windows)).hasSize(1);
    }
    assertThat(overlays(windows)).isEmpty();
    assertThat(control.observers()).isZero();
  }

  private static List<View> overlays(WindowManager windows) {
    ShadowWindowManagerImpl shadow = Shadow.extract(windows);
    return shadow.getViews().stream().filter(view -> view instanceof FreezeView).toList();
  }

  private static View freeze(CloneActivity screen) {
    ViewGroup content = screen.findViewById(android.R.id.content);
    return content.getChildAt(content.getChildCount() - 1);
  }

  private static void tap(View decor, float x, float y) {
    for (int action : new int[] {MotionEvent.ACTION_DOWN, MotionEvent.ACTION_UP}) {
      MotionEvent event = MotionEvent.obtain(0, 10, action, x, y, 0);
      decor.dispatchTouchEvent(event);
      event.recycle();
    }
  }
}
