package org.phonemirror.app.service;

import android.app.AlarmManager;
import android.app.PendingIntent;
import android.content.Context;
import android.content.Intent;
import android.content.pm.PackageManager;
import android.os.Build;
import android.os.Handler;
import android.os.Looper;
import android.os.SystemClock;
import android.provider.Settings;
import android.view.WindowManager;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.phonemirror.app.control.Shell;
import org.phonemirror.app.model.MirrorControl;
import org.phonemirror.app.ui.FreezeOverlay;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Alarms that also go off in Doze, as often as Android grants that (about every 9 minutes then),
 * the foreground service, and the window that freezes the phone.
 *
 * <p>That window is above everything, the system's bars too, if the operator's platform key has
 * signed the app, which Android then grants {@code INTERNAL_SYSTEM_WINDOW}. Else it is above all
 * apps, but not above the bars, if the owner lets the app display over others.
 */
public final class AndroidShell implements Shell {
  private static final Logger LOG = LoggerFactory.getLogger(AndroidShell.class);

  private static final String ABOVE_EVERYTHING = "android.permission.INTERNAL_SYSTEM_WINDOW";

  /** A main thread that takes longer is one that Android ends. */
  private static final int FREEZE_SECONDS = 60;

  private final Context context;
  private final Handler main = new Handler(Looper.getMainLooper());
  private boolean foreground;

  /** Of the main thread. */
  private Optional<FreezeOverlay> overlay = Optional.empty();

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

  @Override
  public boolean freeze(boolean now) {
    CompletableFuture<Boolean> covered = new CompletableFuture<>();
    main.post(
        () -> {
          if (now) {
            covered.complete(cover());
          } else {
            overlay.ifPresent(FreezeOverlay::close);
            overlay = Optional.empty();
          }
        });
    try {
      return now && covered.get(FREEZE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the copy was broken off
      return false;
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("nothing covers the apps in time: {}", e.toString());
      return false;
    }
  }

  @SuppressWarnings("deprecation") // the window's type is only for those who may have no other
  private boolean cover() {
    OptionalInt type = OptionalInt.empty();
    if (context.checkSelfPermission(ABOVE_EVERYTHING) == PackageManager.PERMISSION_GRANTED) {
      type = OptionalInt.of(WindowManager.LayoutParams.TYPE_SYSTEM_ERROR);
    } else if (Settings.canDrawOverlays(context)) {
      type = OptionalInt.of(WindowManager.LayoutParams.TYPE_APPLICATION_OVERLAY);
    }
    if (!overlay.isPresent() && type.isPresent()) {
      MirrorControl control = ((MirrorControl.Holder) context.getApplicationContext()).control();
      try {
        overlay = Optional.of(new FreezeOverlay(context, control, type.getAsInt()));
      } catch (WindowManager.BadTokenException | SecurityException e) {
        LOG.warn("Android does not let this app cover others: {}", e.getMessage());
      }
    }
    return overlay.isPresent();
  }

  /** Whether that build of Android knows of a type of foreground services. */
  static boolean hasSpecialUse() {
    return Build.VERSION.SDK_INT >= Build.VERSION_CODES.UPSIDE_DOWN_CAKE;
  }
}
