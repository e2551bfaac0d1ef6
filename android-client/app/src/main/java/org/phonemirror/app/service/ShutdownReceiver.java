package org.phonemirror.app.service;

import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;
import org.phonemirror.app.PhoneMirrorApplication;

/**
 * The phone is about to be off: the mirror is told. From Android 9 on only receivers that a process
 * has registered are told, so {@link SyncService} does that.
 */
public final class ShutdownReceiver extends BroadcastReceiver {
  @Override
  public void onReceive(Context context, Intent intent) {
    if (Intent.ACTION_SHUTDOWN.equals(intent.getAction())) {
      Waiting.until(goAsync(), PhoneMirrorApplication.of(context).parts().runner().shutDown());
    }
  }
}
