package org.phonemirror.container;

import java.util.TimerTask;
import org.mobicents.servlet.sip.core.timers.SipApplicationSessionTimerTask;
import org.mobicents.servlet.sip.core.timers.StandardSasTimerTask;
import org.mobicents.servlet.sip.core.timers.StandardSipApplicationSessionTimerService;

/**
 * Expiry of application sessions. The container searches the queue for cancelled ones after each
 * hundred, which at thousands of requests a second is most of the time; here it is once a second.
 */
final class SessionTimers extends StandardSipApplicationSessionTimerService {
  private volatile boolean stopped;

  SessionTimers(String application) {
    super(application);
    schedule(
        new TimerTask() {
          @Override
          public void run() {
            purge();
          }
        },
        ProxyTimers.PURGE_MILLIS,
        ProxyTimers.PURGE_MILLIS);
  }

  @Override
  public boolean cancel(SipApplicationSessionTimerTask task) {
    return ((StandardSasTimerTask) task).cancel();
  }

  /** From the beginning, as its thread runs; else the context makes another. */
  @Override
  public boolean isStarted() {
    return !stopped;
  }

  @Override
  public void stop() {
    stopped = true;
    super.stop();
  }
}
