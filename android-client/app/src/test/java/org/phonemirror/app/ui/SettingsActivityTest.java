package org.phonemirror.app.ui;

import static org.assertj.core.api.Assertions.assertThat;

import android.app.AlertDialog;
import android.content.DialogInterface;
import android.widget.Spinner;
import android.widget.Switch;
import java.time.Duration;
import java.util.Optional;
import org.junit.Test;
import org.phonemirror.app.R;
import org.phonemirror.app.model.Account;
import org.phonemirror.app.model.Settings;
import org.phonemirror.app.model.Settings.Service;
import org.robolectric.android.controller.ActivityController;
import org.robolectric.shadows.ShadowAlertDialog;

public class SettingsActivityTest extends ScreenTest {
  @Test
  public void showsWhatIsInForceAndChangesNothingByItself() {
    Settings settings =
        Settings.USUAL
            .withInterval(Optional.of(Duration.ofSeconds(45)))
            .withNetworks(true, false)
            .withThresholds(2_000_000, 1_000_000)
            .withService(Service.FIREWALL, false);
    control.become(Samples.with(Samples.usual(), settings));
    SettingsActivity screen = open(SettingsActivity.class).get();
    assertThat(chosen(screen, R.id.interval)).isEqualTo("45 seconds");
    assertThat(chosen(screen, R.id.upload)).isEqualTo("2.0 MB");
    assertThat(chosen(screen, R.id.fetch)).isEqualTo("1.0 MB");
    assertThat(checked(screen, R.id.wifi)).isTrue();
    assertThat(screen.findViewById(R.id.roaming).isEnabled()).isFalse();
    assertThat(checked(screen, R.id.service_firewall)).isFalse();
    assertThat(checked(screen, R.id.service_upload)).isTrue();
    assertThat(checked(screen, R.id.passwords)).isFalse();
    assertThat(control.calls).isEmpty();
  }

  @Test
  public void theIntervalIsTheOperatorsUntilItIsChosen() {
    SettingsActivity screen = open(SettingsActivity.class).get();
    assertThat(chosen(screen, R.id.interval)).isEqualTo("As the operator says (1 minute)");
    choose(screen, R.id.interval, 4);
    assertThat(control.state().settings().interval()).contains(Duration.ofMinutes(5));
    choose(screen, R.id.interval, 0);
    assertThat(control.state().settings().interval()).isEmpty();
  }

  @Test
  public void thresholdsAreChosen() {
    SettingsActivity screen = open(SettingsActivity.class).get();
    choose(screen, R.id.upload, 3);
    choose(screen, R.id.fetch, 1);
    assertThat(control.state().settings().uploadThreshold()).isEqualTo(5_000_000);
    assertThat(control.state().settings().fetchThreshold()).isEqualTo(100_000);
  }

  @Test
  public void switchesAreInForceAtOnce() {
    SettingsActivity screen = open(SettingsActivity.class).get();
    touch(screen, R.id.charger);
    touch(screen, R.id.roaming);
    touch(screen, R.id.service_antivirus);
    touch(screen, R.id.wifi);
    Settings settings = control.state().settings();
    assertThat(settings.fasterOnCharger()).isFalse();
    assertThat(settings.roaming()).isTrue();
    assertThat(settings.wifiOnly()).isTrue();
    assertThat(settings.services())
        .containsExactlyInAnyOrder(Service.DOWNLOAD, Service.UPLOAD, Service.FIREWALL);
  }

  @Test
  public void passwordsAreMirroredOnlyByWhoWasToldWhatThatMeans() {
    SettingsActivity screen = open(SettingsActivity.class).get();
    touch(screen, R.id.passwords);
    assertThat(checked(screen, R.id.passwords)).isFalse();
    answer(DialogInterface.BUTTON_NEGATIVE);
    assertThat(control.calls).isEmpty();
    touch(screen, R.id.passwords);
    answer(DialogInterface.BUTTON_POSITIVE);
    assertThat(control.state().settings().passwords()).isTrue();
    assertThat(checked(screen, R.id.passwords)).isTrue();
    touch(screen, R.id.passwords);
    assertThat(control.state().settings().passwords()).isFalse();
  }

  @Test
  public void theQuestionSurvivesTheProcess() {
    ActivityController<SettingsActivity> before = open(SettingsActivity.class);
    touch(before.get(), R.id.passwords);
    die(before, SettingsActivity.class);
    answer(DialogInterface.BUTTON_POSITIVE);
    assertThat(control.state().settings().passwords()).isTrue();
  }

  @Test
  public void whatChangedWhileTheProcessWasDeadIsShownAndNotChangedBack() {
    ActivityController<SettingsActivity> before = open(SettingsActivity.class);
    before.pause().stop();
    Settings changed =
        Settings.USUAL.withInterval(Optional.of(Duration.ofHours(1))).withFasterOnCharger(false);
    control.become(Samples.with(Samples.usual(), changed));
    before.restart().resume();
    SettingsActivity after = die(before, SettingsActivity.class).get();
    assertThat(chosen(after, R.id.interval)).isEqualTo("1 hour");
    assertThat(checked(after, R.id.charger)).isFalse();
    assertThat(control.calls).isEmpty();
  }

  @Test
  public void tellsWhatTheOperatorTakes() {
    SettingsActivity screen = open(SettingsActivity.class).get();
    assertThat(text(screen, R.id.upload_help)).contains("500 kB");
    Account account = new Account("coaps://a:1", "b", Duration.ofMinutes(1), false, 0);
    control.become(Samples.with(Samples.usual(), account));
    idle();
    assertThat(text(screen, R.id.upload_help))
        .isEqualTo("Your operator does not send files for you.");
  }

  private static String chosen(SettingsActivity screen, int spinner) {
    return (String) screen.<Spinner>findViewById(spinner).getSelectedItem();
  }

  private static void choose(SettingsActivity screen, int spinner, int position) {
    screen.<Spinner>findViewById(spinner).setSelection(position);
    idle();
  }

  private static boolean checked(SettingsActivity screen, int view) {
    return screen.<Switch>findViewById(view).isChecked();
  }

  private static void answer(int button) {
    AlertDialog dialog = ShadowAlertDialog.getLatestAlertDialog();
    assertThat(dialog.isShowing()).isTrue();
    dialog.getButton(button).performClick();
    idle();
  }
}
