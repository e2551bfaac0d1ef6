package org.phonemirror.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.app.engine.AppRule.await;
import static org.phonemirror.app.engine.AppRule.done;

import android.app.Notification;
import android.app.PendingIntent;
import android.app.Service;
import android.content.Intent;
import android.content.pm.PackageManager;
import android.content.pm.ServiceInfo;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.phonemirror.app.R;
import org.phonemirror.app.service.AlarmReceiver;
import org.phonemirror.app.service.SyncService;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.Shutdown;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.Shadows;
import org.robolectric.android.controller.ServiceController;
import org.robolectric.annotation.Config;

/** What Android starts: the service, and receivers of its broadcasts. */
@RunWith(RobolectricTestRunner.class)
@Config(application = EngineApplication.class)
public class AndroidSideTest {
  @Rule public final AppRule app = new AppRule();

  private void provision() throws Exception {
    done(app.control().provision(AppRule.INVITATION));
    await(() -> app.server().taken(Boot.class).size() == 1);
  }

  @Test
  public void theMirrorIsToldThatThePhoneGoesOff() throws Exception {
    provision();
    app.app().sendBroadcast(new Intent(Intent.ACTION_SHUTDOWN));
    await(() -> app.server().taken(Shutdown.class).size() == 1);
    app.app().phone.boots = 2;
    app.app().sendBroadcast(new Intent(Intent.ACTION_BOOT_COMPLETED));
    await(() -> app.server().taken(Boot.class).size() == 2);
  }

  @Test
  public void anAlarmSendsWhatWaits() throws Exception {
    app.server().reachable(false);
    done(app.control().provision(AppRule.INVITATION));
    await(() -> app.status().waiting() > 0);
    app.server().reachable(true);
    app.app().sendBroadcast(new Intent(app.app(), AlarmReceiver.class));
    await(() -> app.server().taken(Boot.class).size() == 1);
  }

  @Test
  public void theServiceShowsThatASessionRunsAndPausesEverything() throws Exception {
    provision();
    ServiceController<SyncService> service = Robolectric.buildService(SyncService.class).create();
    try {
      Notification shown = Shadows.shadowOf(service.get()).getLastForegroundNotification();
      assertThat(Shadows.shadowOf(shown).getContentTitle())
          .isEqualTo(app.app().getString(R.string.notification_title));
      assertThat(shown.flags & Notification.FLAG_ONGOING_EVENT).isNotZero();
      assertThat(service.get().onStartCommand(null, 0, 1)).isEqualTo(Service.START_STICKY);

      PendingIntent pause = shown.actions[0].actionIntent;
      Intent intent = Shadows.shadowOf(pause).getSavedIntent();
      service.get().onStartCommand(intent, 0, 2);
      await(() -> app.server().taken(Shutdown.class).size() == 1);
      assertThat(app.control().state().settings().paused()).isTrue();
    } finally {
      service.destroy();
    }
  }

  @Test
  public void theManifestDeclaresWhatTheServiceIs() throws Exception {
    PackageManager packages = app.app().getPackageManager();
    ServiceInfo service =
        packages.getServiceInfo(new android.content.ComponentName(app.app(), SyncService.class), 0);
    assertThat(service.getForegroundServiceType())
        .isEqualTo(ServiceInfo.FOREGROUND_SERVICE_TYPE_SPECIAL_USE);
    assertThat(service.exported).isFalse();
  }
}
