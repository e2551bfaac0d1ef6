package org.phonemirror.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.TimerTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mobicents.servlet.sip.startup.SipStandardService;
import org.mobicents.servlet.sip.startup.StaticServiceHolder;

class TimersTest {
  private ProxyTimers timers;

  @BeforeEach
  void start() {
    StaticServiceHolder.sipStandardService = new SipStandardService();
    timers = new ProxyTimers("test");
    timers.start();
  }

  @AfterEach
  void stop() {
    timers.stop();
  }

  @Test
  void aCancelledTimerHoldsNothing() throws Exception {
    WeakReference<TimerTask> cancelled = scheduleAndCancel();
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (cancelled.get() != null && System.nanoTime() - deadline < 0) {
      System.gc();
      Thread.sleep(50);
    }
    assertThat(cancelled.get()).as("the request that waits for its Timer C").isNull();
  }

  private WeakReference<TimerTask> scheduleAndCancel() {
    TimerTask task =
        new TimerTask() {
          @Override
          public void run() {
            throw new AssertionError("it was cancelled");
          }
        };
    timers.schedule(task, Duration.ofMinutes(3).toMillis());
    task.cancel();
    return new WeakReference<>(task);
  }
}
