package org.phonemirror.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.Test;
import org.junit.runner.RunWith;
import org.phonemirror.app.ui.MainActivity;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.android.controller.ActivityController;

@RunWith(RobolectricTestRunner.class)
public class ApplicationTest {
  @Test
  public void startsWithItsName() {
    try (ActivityController<MainActivity> main = Robolectric.buildActivity(MainActivity.class)) {
      MainActivity activity = main.setup().get();
      assertThat(activity.getApplication()).isInstanceOf(PhoneMirrorApplication.class);
      assertThat(RuntimeEnvironment.getApplication().getString(R.string.app_name))
          .isEqualTo("Phone Mirror");
    }
  }
}
