package org.phonemirror.app.service;

import android.app.Notification;
import android.app.NotificationChannel;
import android.app.NotificationManager;
import android.app.PendingIntent;
import android.app.Service;
import android.content.Context;
import android.content.Intent;
import android.content.IntentFilter;
import android.content.pm.ServiceInfo;
import android.graphics.drawable.Icon;
import android.os.IBinder;
import org.phonemirror.app.NewerAndroid;
import org.phonemirror.app.PhoneMirrorApplication;
import org.phonemirror.app.R;
import org.phonemirror.app.ui.MainActivity;

/**
 * Keeps the process while a session runs, and says so in a notification from which everything can
 * be paused. It is started again when Android has ended the process.
 */
public final class SyncService extends Service {
  /** Pauses everything. */
  static final String PAUSE = "org.phonemirror.app.PAUSE";

  private static final String CHANNEL = "mirror";
  private static final int NOTIFICATION = 1;

  private final ShutdownReceiver shutdown = new ShutdownReceiver();

  @Override
  public IBinder onBind(Intent intent) {
    return null; // nobody binds to it
  }

  @Override
  public void onCreate() {
    super.onCreate();
    registerReceiver(shutdown, new IntentFilter(Intent.ACTION_SHUTDOWN));
    NotificationManager notifications = getSystemService(NotificationManager.class);
    notifications.createNotificationChannel(
        new NotificationChannel(
            CHANNEL, getString(R.string.app_name), NotificationManager.IMPORTANCE_LOW));
    if (AndroidShell.hasSpecialUse()) {
      startForegroundForSpecialUse();
    } else {
      startForeground(NOTIFICATION, notification());
    }
  }

  @NewerAndroid
  private void startForegroundForSpecialUse() {
    startForeground(NOTIFICATION, notification(), ServiceInfo.FOREGROUND_SERVICE_TYPE_SPECIAL_USE);
  }

  private Notification notification() {
    PendingIntent open =
        PendingIntent.getActivity(
            this, 0, new Intent(this, MainActivity.class), PendingIntent.FLAG_IMMUTABLE);
    PendingIntent pause =
        PendingIntent.getService(
            this,
            0,
            new Intent(this, SyncService.class).setAction(PAUSE),
            PendingIntent.FLAG_IMMUTABLE);
    Icon icon = Icon.createWithResource((Context) this, R.drawable.ic_mirror);
    return new Notification.Builder(this, CHANNEL)
        .setSmallIcon(icon)
        .setContentTitle(getString(R.string.notification_title))
        .setContentText(getString(R.string.notification_text))
        .setContentIntent(open)
        .setOngoing(true)
        .addAction(
            new Notification.Action.Builder(icon, getString(R.string.notification_pause), pause)
                .build())
        .build();
  }

  @Override
  public int onStartCommand(Intent intent, int flags, int startId) {
    PhoneMirrorApplication app = PhoneMirrorApplication.of(this);
    if (intent != null && PAUSE.equals(intent.getAction())) {
      var unused = app.control().pause(true);
    } else {
      var unused = app.parts().runner().start();
    }
    return START_STICKY;
  }

  @Override
  public void onDestroy() {
    unregisterReceiver(shutdown);
    super.onDestroy();
  }
}
