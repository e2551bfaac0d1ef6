package org.phonemirror.app.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.robolectric.Shadows.shadowOf;

import android.app.AppOpsManager;
import android.provider.Settings;
import android.view.ViewGroup;
import android.widget.Switch;
import android.widget.TextView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.Test;
import org.phonemirror.app.R;
import org.phonemirror.app.model.Capture;
import org.phonemirror.app.model.FirstClone;
import org.phonemirror.app.model.Status;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.android.controller.ActivityController;

public class MainActivityTest extends ScreenTest {
  @Test
  public void tellsHowTheMirrorIs() {
    MainActivity screen = open(MainActivity.class).get();
    assertThat(text(screen, R.id.phase)).isEqualTo("Your mirror is on");
    assertThat(text(screen, R.id.lag)).isEqualTo("Your mirror is 1 minute 10 seconds behind.");
    assertThat(text(screen, R.id.waiting)).isEqualTo("1 message waits to be sent.");
    assertThat(text(screen, R.id.interval)).startsWith("1 minute, until 2:32");
    assertThat(text(screen, R.id.interval_events)).contains("93 input events").contains("702 B");
    assertThat(text(screen, R.id.energy_spent)).isEqualTo("214 J");
    assertThat(text(screen, R.id.energy_saved)).isEqualTo("1.9 kJ");
    assertThat(screen.findViewById(R.id.plot).getContentDescription().toString())
        .contains("Longest lag: 18 minutes.");
  }

  @Test
  public void everyPhaseHasWords() {
    MainActivity screen = open(MainActivity.class).get();
    List<String> titles = new ArrayList<>();
    for (Status.Phase phase : Status.Phase.values()) {
      control.become(Samples.with(Samples.usual(), Samples.status(phase)));
      idle();
      titles.add(text(screen, R.id.phase));
    }
    assertThat(titles).doesNotHaveDuplicates().doesNotContain("");
  }

  @Test
  public void followsTheStateWhileItIsVisibleAndNoLonger() {
    ActivityController<MainActivity> controller = open(MainActivity.class);
    control.become(Samples.with(Samples.usual(), Samples.status(Status.Phase.UNREACHABLE)));
    idle();
    assertThat(text(controller.get(), R.id.phase)).isEqualTo("The mirror server can't be reached");
    controller.pause().stop();
    assertThat(control.observers()).isZero();
    controller.restart().resume();
    assertThat(control.observers()).isEqualTo(1);
  }

  @Test
  public void theSwitchPausesAndGoesOn() {
    MainActivity screen = open(MainActivity.class).get();
    Switch mirroring = screen.findViewById(R.id.mirroring);
    assertThat(mirroring.isChecked()).isTrue();
    touch(mirroring);
    assertThat(control.calls).containsExactly("pause true");
    assertThat(mirroring.getText().toString()).isEqualTo("Mirroring is paused");
    touch(mirroring);
    assertThat(control.calls).containsExactly("pause true", "pause false");
  }

  @Test
  public void whatFailsIsTold() {
    control.answer = CompletableFuture.failedFuture(new java.io.IOException("the medium is full"));
    MainActivity screen = open(MainActivity.class).get();
    touch(screen, R.id.mirroring);
    assertThat(text(screen, R.id.message)).isEqualTo("the medium is full");
    touch(screen, R.id.message);
    assertThat(visible(screen, R.id.message)).isFalse();
  }

  @Test
  public void whoHasNoMirrorIsToldHowToGetOne() {
    control.become(Samples.fresh());
    MainActivity screen = open(MainActivity.class).get();
    assertThat(visible(screen, R.id.figures)).isFalse();
    touch(screen, R.id.set_up);
    assertThat(started()).isEqualTo(ProvisionActivity.class.getName());
  }

  @Test
  public void tellsThatItIsBlind() {
    control.become(Samples.with(Samples.usual(), new Capture(Capture.Means.NONE, 0, 0)));
    MainActivity screen = open(MainActivity.class).get();
    touch(screen, R.id.capture_show);
    assertThat(started()).isEqualTo(CaptureActivity.class.getName());
  }

  @Test
  public void asksForTheFilesThatItMayNotRead() {
    assertThat(visible(open(MainActivity.class).get(), R.id.files_off)).isFalse();
    files(AppOpsManager.MODE_ERRORED);
    touch(open(MainActivity.class).get(), R.id.files_allow);
    assertThat(shadowOf(RuntimeEnvironment.getApplication()).getNextStartedActivity().getAction())
        .isEqualTo(Settings.ACTION_MANAGE_APP_ALL_FILES_ACCESS_PERMISSION);
  }

  @Test
  public void leadsToTheFirstCopy() {
    control.become(Samples.cloning(new FirstClone(false, 100, 10)));
    touch(open(MainActivity.class).get(), R.id.show_clone);
    assertThat(started()).isEqualTo(CloneActivity.class.getName());
  }

  @Test
  public void leadsToEveryOtherScreen() {
    MainActivity screen = open(MainActivity.class).get();
    ViewGroup links = screen.findViewById(R.id.links);
    List<String> started = new ArrayList<>();
    for (int i = 0; i < links.getChildCount(); i++) {
      touch(links.getChildAt(i));
      started.add(started());
    }
    assertThat(started)
        .containsExactly(
            ScanActivity.class.getName(),
            DownloadsActivity.class.getName(),
            OutboxActivity.class.getName(),
            SettingsActivity.class.getName(),
            CaptureActivity.class.getName(),
            ProvisionActivity.class.getName(),
            LogActivity.class.getName());
    assertThat(links.getChildAt(0).<TextView>findViewById(R.id.link_text).getText().toString())
        .isEqualTo("2 findings");
  }

  @Test
  public void speaksGerman() {
    RuntimeEnvironment.setQualifiers("+de-rDE");
    MainActivity screen = open(MainActivity.class).get();
    assertThat(text(screen, R.id.phase)).isEqualTo("Ihr Spiegel ist an");
    assertThat(text(screen, R.id.energy_saved)).isEqualTo("1,9 kJ");
  }

  private static String started() {
    return shadowOf(RuntimeEnvironment.getApplication())
        .getNextStartedActivity()
        .getComponent()
        .getClassName();
  }
}
