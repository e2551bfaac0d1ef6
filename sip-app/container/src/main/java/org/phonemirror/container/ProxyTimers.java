package org.phonemirror.container;

import java.util.TimerTask;
import org.mobicents.servlet.sip.core.timers.ProxyTimerServiceImpl;

/**
 * Timer C of proxied requests (RFC 3261 §16.6 step 11): 3 minutes each. The container cancels them
 * when the final response comes but leaves them in the queue, where they hold all of the request,
 * some 30 KB, until their time.
 */
final class ProxyTimers extends ProxyTimerServiceImpl {
  /** Often enough that the few that wait cost nothing. */
  static final long PURGE_MILLIS = 1_000;

  ProxyTimers(String application) {
    super(application);
    schedule(
        new TimerTask() {
          @Override
          public void run() {
            purge();
          }
        },
        PURGE_MILLIS,
        PURGE_MILLIS);
  }
}
