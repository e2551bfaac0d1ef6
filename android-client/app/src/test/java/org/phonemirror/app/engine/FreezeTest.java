package org.phonemirror.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.app.engine.AppRule.await;
import static org.phonemirror.app.engine.AppRule.done;

import android.os.SystemClock;
import android.view.MotionEvent;
import android.view.View;
import android.view.WindowManager;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.phonemirror.app.R;
import org.phonemirror.app.control.EngineRunner;
import org.phonemirror.app.service.AndroidShell;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.Shadows;
import org.robolectric.annotation.Config;
import org.robolectric.shadow.api.Shadow;
import org.robolectric.shadows.ShadowSettings;
import org.robolectric.shadows.ShadowWindowManagerImpl;

/** Input is refused while the phone is copied, also without the accessibility service. */
@RunWith(RobolectricTestRunner.class)
@Config(application = EngineApplication.class)
public class FreezeTest {
  @Rule public final AppRule app = new AppRule();

  private List<View> covers() {
    ShadowWindowManagerImpl windows =
        Shadow.extract(app.app().getSystemService(WindowManager.class));
    return windows.getViews().stream()
        .filter(view -> view.findViewById(R.id.freeze_stop) != null)
        .toList();
  }

  private static int type(View cover) {
    return ((WindowManager.LayoutParams) cover.getLayoutParams()).type;
  }

  /** As the copy's own thread does. */
  private static boolean freeze(AndroidShell shell, boolean now) throws Exception {
    return done(CompletableFuture.supplyAsync(() -> shell.freeze(now)));
  }

  @Test
  public void whoeverHasNoAccessibilityServiceIsFrozenByTheAppItself() {
    EngineRunner runner = app.app().parts().runner();
    runner.frozen();
    assertThat(app.app().phone.frozen).isTrue();
    runner.thawed(true);
    assertThat(app.app().phone.frozen).isFalse();

    app.app().parts().hub().serviceRuns(true); // which has a window of its own
    runner.frozen();
    assertThat(app.app().phone.frozen).isFalse();
  }

  @Test
  public void theWindowIsAboveAllAppsIfTheOwnerAllowsIt() throws Exception {
    app.app().parts().runner().frozen();
    AndroidShell shell = new AndroidShell(app.app());
    assertThat(freeze(shell, true)).isFalse();
    assertThat(covers()).isEmpty();

    ShadowSettings.setCanDrawOverlays(true);
    assertThat(freeze(shell, true)).isTrue();
    assertThat(freeze(shell, true)).isTrue();
    assertThat(covers()).hasSize(1);
    View cover = covers().get(0);
    assertThat(type(cover)).isEqualTo(WindowManager.LayoutParams.TYPE_APPLICATION_OVERLAY);
    long now = SystemClock.uptimeMillis();
    MotionEvent touch = MotionEvent.obtain(now, now, MotionEvent.ACTION_DOWN, 1, 1, 0);
    assertThat(cover.dispatchTouchEvent(touch)).isTrue();
    touch.recycle();

    assertThat(freeze(shell, false)).isFalse();
    await(() -> covers().isEmpty());
  }

  @Test
  @SuppressWarnings("deprecation") // as the code under test
  public void theWindowOfASystemAppIsAboveTheBarsToo() throws Exception {
    app.app().parts().runner().frozen();
    Shadows.shadowOf(app.app()).grantPermissions("android.permission.INTERNAL_SYSTEM_WINDOW");
    AndroidShell shell = new AndroidShell(app.app());
    assertThat(freeze(shell, true)).isTrue();
    assertThat(covers())
        .extracting(FreezeTest::type)
        .containsExactly(WindowManager.LayoutParams.TYPE_SYSTEM_ERROR);
    app.app().parts().runner().thawed(true); // whoever looks at the state sees that it is over
    await(() -> covers().isEmpty());
    freeze(shell, false);
  }
}
