package org.phonemirror.app.ui;

import static org.robolectric.Shadows.shadowOf;

import android.Manifest;
import android.app.Activity;
import android.app.AppOpsManager;
import android.content.Context;
import android.content.Intent;
import android.os.Bundle;
import android.os.Looper;
import android.os.Parcel;
import android.os.Process;
import android.view.View;
import android.widget.TextView;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import org.junit.After;
import org.junit.Before;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.android.controller.ActivityController;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.GraphicsMode;

/** What tests of screens have in common: a phone of 360 x 640 dp in UTC, and a fake control. */
@RunWith(RobolectricTestRunner.class)
@Config(application = ScreensApplication.class, qualifiers = "en-rUS-w360dp-h640dp-xhdpi")
@GraphicsMode(GraphicsMode.Mode.NATIVE)
public abstract class ScreenTest {
  private final TimeZone zone = TimeZone.getDefault();
  private final List<ActivityController<?>> open = new ArrayList<>();
  FakeControl control;

  @Before
  public final void prepare() {
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    control = ScreensApplication.fake();
    shadowOf(RuntimeEnvironment.getApplication())
        .grantPermissions(Manifest.permission.POST_NOTIFICATIONS);
    files(AppOpsManager.MODE_ALLOWED);
  }

  @After
  public final void cleanUp() {
    open.forEach(ActivityController::close);
    TimeZone.setDefault(zone);
  }

  <A extends Activity> ActivityController<A> open(Class<A> screen) {
    return open(screen, new Intent(RuntimeEnvironment.getApplication(), screen));
  }

  <A extends Activity> ActivityController<A> open(Class<A> screen, Intent intent) {
    ActivityController<A> controller = Robolectric.buildActivity(screen, intent);
    open.add(controller);
    controller.setup();
    idle();
    return controller;
  }

  /** The process ends while the screen is in the background; the owner comes back to it. */
  <A extends Activity> ActivityController<A> die(ActivityController<A> before, Class<A> screen) {
    Bundle saved = new Bundle();
    before.pause().stop().saveInstanceState(saved);
    Intent intent = before.get().getIntent();
    before.close();
    open.remove(before);
    Parcel parcel = Parcel.obtain();
    saved.writeToParcel(parcel, 0);
    parcel.setDataPosition(0);
    Bundle restored = parcel.readBundle(screen.getClassLoader());
    parcel.recycle();
    ActivityController<A> after = Robolectric.buildActivity(screen, intent);
    open.add(after);
    after.setup(restored);
    idle();
    return after;
  }

  /** The owner has decided whether the app may have all files. */
  static void files(int mode) {
    Context app = RuntimeEnvironment.getApplication();
    shadowOf(app.getSystemService(AppOpsManager.class))
        .setMode("android:manage_external_storage", Process.myUid(), app.getPackageName(), mode);
  }

  static void idle() {
    shadowOf(Looper.getMainLooper()).idle();
  }

  static String text(Activity screen, int view) {
    return screen.<TextView>findViewById(view).getText().toString();
  }

  static boolean visible(Activity screen, int view) {
    return screen.findViewById(view).isShown();
  }

  static void touch(Activity screen, int view) {
    touch(screen.findViewById(view));
  }

  static void touch(View view) {
    if (!view.isShown() || !view.isEnabled()) {
      throw new AssertionError(view + " can't be touched");
    }
    view.performClick();
    idle();
  }
}
