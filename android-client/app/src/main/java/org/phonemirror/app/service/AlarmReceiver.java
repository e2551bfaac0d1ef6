package org.phonemirror.app.service;

import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;
import org.phonemirror.app.PhoneMirrorApplication;

/**
 * An interval is over. The phone stays awake until the batch has been sent, or for some seconds.
 */
public final class AlarmReceiver extends BroadcastReceiver {
  @Override
  public void onReceive(Context context, Intent intent) {
    Waiting.until(goAsync(), PhoneMirrorApplication.of(context).parts().runner().wake());
  }
}
