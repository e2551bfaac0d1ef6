package org.phonemirror.app.service;

import static org.assertj.core.api.Assertions.assertThat;

import android.app.AlarmManager;
import android.app.Application;
import android.content.Intent;
import android.os.SystemClock;
import java.time.Duration;
import java.util.Optional;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.Shadows;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowAlarmManager;

@RunWith(RobolectricTestRunner.class)
@Config(application = Application.class)
public class AndroidShellTest {
  private final Application app = RuntimeEnvironment.getApplication();
  private final AndroidShell shell = new AndroidShell(app);
  private final ShadowAlarmManager alarms =
      Shadows.shadowOf(app.getSystemService(AlarmManager.class));

  @Test
  public void thereIsOneAlarmThatWakesThePhoneEvenInDoze() {
    shell.alarm(Optional.of(Duration.ofMinutes(5)));
    shell.alarm(Optional.of(Duration.ofMinutes(1)));
    assertThat(alarms.getScheduledAlarms()).hasSize(1);
    ShadowAlarmManager.ScheduledAlarm alarm = alarms.getScheduledAlarms().get(0);
    assertThat(alarm.isAllowWhileIdle()).isTrue();
    assertThat(alarm.getType()).isEqualTo(AlarmManager.ELAPSED_REALTIME_WAKEUP);
    assertThat(alarm.getTriggerAtMs() - SystemClock.elapsedRealtime()).isEqualTo(60_000);
    shell.alarm(Optional.empty());
    assertThat(alarms.getScheduledAlarms()).isEmpty();
  }

  @Test
  public void theServiceRunsAsLongAsASession() {
    shell.foreground(true);
    shell.foreground(true);
    Intent started = Shadows.shadowOf(app).getNextStartedService();
    assertThat(started.getComponent().getClassName()).isEqualTo(SyncService.class.getName());
    assertThat(Shadows.shadowOf(app).getNextStartedService()).isNull();
    shell.foreground(false);
    assertThat(Shadows.shadowOf(app).getNextStoppedService()).isNotNull();
  }
}
