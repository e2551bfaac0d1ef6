package org.phonemirror.app.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.robolectric.Shadows.shadowOf;

import android.provider.Settings;
import org.junit.Test;
import org.phonemirror.app.R;
import org.phonemirror.app.model.Capture;
import org.phonemirror.app.model.Capture.Means;
import org.robolectric.RuntimeEnvironment;

public class CaptureActivityTest extends ScreenTest {
  @Test
  public void tellsHowInputIsSeenNow() {
    CaptureActivity screen = open(CaptureActivity.class).get();
    assertThat(text(screen, R.id.now)).startsWith("Now: the accessibility service");
    assertThat(text(screen, R.id.withheld)).isEqualTo("31 events of password fields kept back");
    control.become(Samples.with(Samples.usual(), new Capture(Means.SYSTEM, 1, 0)));
    assertThat(text(screen, R.id.now)).isEqualTo("Now: a system app.");
    assertThat(visible(screen, R.id.open)).isTrue(); // passwords need the service, too
    control.become(Samples.paused());
    assertThat(text(screen, R.id.now)).isEqualTo("Paused: nothing is seen.");
  }

  @Test
  public void leadsToWhereItIsSwitchedOn() {
    control.become(Samples.with(Samples.usual(), new Capture(Means.NONE, 0, 0)));
    touch(open(CaptureActivity.class).get(), R.id.open);
    assertThat(shadowOf(RuntimeEnvironment.getApplication()).getNextStartedActivity().getAction())
        .isEqualTo(Settings.ACTION_ACCESSIBILITY_SETTINGS);
  }
}
