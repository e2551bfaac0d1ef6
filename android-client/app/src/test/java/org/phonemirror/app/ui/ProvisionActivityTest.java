package org.phonemirror.app.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.robolectric.Shadows.shadowOf;

import android.app.Activity;
import android.content.Intent;
import android.net.Uri;
import android.view.WindowManager;
import android.widget.EditText;
import java.util.concurrent.CompletableFuture;
import org.junit.Test;
import org.phonemirror.app.R;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.android.controller.ActivityController;

public class ProvisionActivityTest extends ScreenTest {
  @Test
  public void aLinkIsAskedAboutAndThenAccepted() {
    control.become(Samples.fresh());
    ProvisionActivity screen = open(ProvisionActivity.class, link()).get();
    assertThat(text(screen, R.id.server)).isEqualTo("coaps://new.example:5684");
    assertThat(visible(screen, R.id.replaces)).isFalse();
    assertThat(control.calls).isEmpty();
    touch(screen, R.id.accept);
    assertThat(control.calls).containsExactly("provision " + FakeControl.INVITATION);
    assertThat(screen.isFinishing()).isTrue();
  }

  @Test
  public void aLinkCanBeRefused() {
    ProvisionActivity screen = open(ProvisionActivity.class, link()).get();
    assertThat(text(screen, R.id.replaces)).contains(Samples.ACCOUNT.server());
    touch(screen, R.id.refuse);
    assertThat(visible(screen, R.id.enter)).isTrue();
    assertThat(control.calls).isEmpty();
  }

  @Test
  public void whatIsPastedIsReadFirst() {
    ProvisionActivity screen = open(ProvisionActivity.class).get();
    EditText input = screen.findViewById(R.id.invitation);
    input.setText("hello");
    touch(screen, R.id.read);
    assertThat(text(screen, R.id.message)).startsWith("this is no invitation");
    input.setText(" " + FakeControl.INVITATION + "\n");
    touch(screen, R.id.read);
    assertThat(visible(screen, R.id.message)).isFalse();
    assertThat(visible(screen, R.id.ask)).isTrue();
  }

  @Test
  public void aCodeIsScannedByAnotherApp() {
    ProvisionActivity screen = open(ProvisionActivity.class).get();
    touch(screen, R.id.scan);
    Intent scan = shadowOf(screen).getNextStartedActivityForResult().intent;
    shadowOf(screen)
        .receiveResult(
            scan, Activity.RESULT_OK, new Intent().putExtra("SCAN_RESULT", FakeControl.INVITATION));
    idle();
    assertThat(visible(screen, R.id.ask)).isTrue();
  }

  @Test
  public void withoutAScannerThereIsAnotherWay() {
    shadowOf(RuntimeEnvironment.getApplication()).checkActivities(true);
    ProvisionActivity screen = open(ProvisionActivity.class).get();
    touch(screen, R.id.scan);
    assertThat(text(screen, R.id.message)).startsWith("There is no app on this phone");
  }

  @Test
  public void theQuestionSurvivesTheProcess() {
    ActivityController<ProvisionActivity> before = open(ProvisionActivity.class, link());
    ProvisionActivity after = die(before, ProvisionActivity.class).get();
    touch(after, R.id.accept);
    assertThat(control.calls).containsExactly("provision " + FakeControl.INVITATION);
  }

  @Test
  public void whatFailsAfterATurnOfThePhoneIsTold() {
    control.answer = new CompletableFuture<>();
    ActivityController<ProvisionActivity> controller = open(ProvisionActivity.class, link());
    touch(controller.get(), R.id.accept);
    controller.recreate();
    idle();
    assertThat(controller.get().findViewById(R.id.accept).isEnabled()).isFalse();
    control.answer.completeExceptionally(new java.io.IOException("the key can't be stored"));
    idle();
    assertThat(text(controller.get(), R.id.message)).isEqualTo("the key can't be stored");
    assertThat(controller.get().findViewById(R.id.accept).isEnabled()).isTrue();
  }

  @Test
  public void keysAreOnNoScreenshot() {
    ProvisionActivity screen = open(ProvisionActivity.class).get();
    int flags = screen.getWindow().getAttributes().flags;
    assertThat(flags & WindowManager.LayoutParams.FLAG_SECURE).isNotZero();
  }

  private static Intent link() {
    return new Intent(Intent.ACTION_VIEW, Uri.parse(FakeControl.INVITATION))
        .setClass(RuntimeEnvironment.getApplication(), ProvisionActivity.class);
  }
}
