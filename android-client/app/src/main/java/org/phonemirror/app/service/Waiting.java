package org.phonemirror.app.service;

import android.content.BroadcastReceiver;
import android.os.Handler;
import android.os.Looper;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/** Holds a broadcast, and with it the phone awake, until something is done. */
final class Waiting {
  /** Android takes a receiver that holds its broadcast for more than 10 s for hung. */
  private static final long LONGEST_MILLIS = 8_000;

  private Waiting() {}

  static void until(BroadcastReceiver.PendingResult broadcast, CompletionStage<?> done) {
    if (broadcast == null) {
      return; // a call that is no broadcast of the system's
    }
    AtomicBoolean finished = new AtomicBoolean();
    Runnable finish =
        () -> {
          if (finished.compareAndSet(false, true)) {
            broadcast.finish();
          }
        };
    new Handler(Looper.getMainLooper()).postDelayed(finish, LONGEST_MILLIS);
    var unused = done.whenComplete((value, error) -> finish.run());
  }
}
