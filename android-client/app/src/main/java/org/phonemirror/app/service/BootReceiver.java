package org.phonemirror.app.service;

import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;
import org.phonemirror.app.PhoneMirrorApplication;

/** The phone is on, or the app was updated: a session begins, or goes on. */
public final class BootReceiver extends BroadcastReceiver {
  @Override
  public void onReceive(Context context, Intent intent) {
    String action = intent.getAction();
    if (Intent.ACTION_BOOT_COMPLETED.equals(action)
        || Intent.ACTION_MY_PACKAGE_REPLACED.equals(action)) {
      Waiting.until(goAsync(), PhoneMirrorApplication.of(context).parts().runner().start());
    }
  }
}
