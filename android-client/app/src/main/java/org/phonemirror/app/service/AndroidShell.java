package org.phonemirror.app.service;

import android.app.AlarmManager;
import android.app.PendingIntent;
import android.content.Context;
import android.content.Intent;
import android.os.Build;
import android.os.SystemClock;
import java.time.Duration;
import java.util.Optional;
import org.phonemirror.app.control.Shell;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Alarms that also go off in Doze, as often as Android grants that (about every 9 minutes then),
 * and the foreground service.
 */
public final class AndroidShell implements Shell {
  private static final Logger LOG = LoggerFactory.getLogger(AndroidShell.class);

  private final Context context;
  private boolean foreground;

  public AndroidShell(Context context) {
    this.context = context;
  }

  @Override
  public void alarm(Optional<Duration> after) {
    AlarmManager alarms = context.getSystemService(AlarmManager.class);
    PendingIntent intent =
        PendingIntent.getBroadcast(
            context,
            0,
            new Intent(context, AlarmReceiver.class),
            PendingIntent.FLAG_UPDATE_CURRENT | PendingIntent.FLAG_IMMUTABLE);
    if (after.isPresent()) {
      long at = SystemClock.elapsedRealtime() + after.get().toMillis();
      alarms.setAndAllowWhileIdle(AlarmManager.ELAPSED_REALTIME_WAKEUP, at, intent);
    } else {
      alarms.cancel(intent);
    }
  }

  @Override
  public synchronized void foreground(boolean runs) {
    Intent service = new Intent(context, SyncService.class);
    if (runs && !foreground) {
      try {
        context.startForegroundService(service);
        foreground = true;
      } catch (IllegalStateException e) {
        // in the background, from Android 12 on; the next alarm or screen tries again
        LOG.warn("the service can't be started now: {}", e.getMessage());
      }
    } else if (!runs) {
      context.stopService(service);
      foreground = false;
    }
  }

  /** Whether that build of Android knows of a type of foreground services. */
  static boolean hasSpecialUse() {
    return Build.VERSION.SDK_INT >= Build.VERSION_CODES.UPSIDE_DOWN_CAKE;
  }
}
