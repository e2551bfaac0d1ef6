package org.phonemirror.container;

import java.time.Duration;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleEvent;
import org.apache.catalina.LifecycleListener;
import org.apache.log4j.Logger;
import org.mobicents.servlet.sip.core.SipContext;

/**
 * Opens the gate of {@link GatedDispatcher} when the application of a context has started, and
 * closes it before the application stops, for good or to be replaced by a new one.
 */
public final class GracefulStop implements LifecycleListener {
  private static final Logger LOG = Logger.getLogger(GracefulStop.class);

  /** Longer than the answer to any request but a call that rings takes. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @Override
  public void lifecycleEvent(LifecycleEvent event) {
    if (!(event.getLifecycle() instanceof SipContext context)
        || !(context.getSipApplicationDispatcher() instanceof GatedDispatcher dispatcher)) {
      return;
    }
    if (Lifecycle.AFTER_START_EVENT.equals(event.getType())) {
      dispatcher.open();
    } else if (Lifecycle.BEFORE_STOP_EVENT.equals(event.getType())) {
      close(dispatcher);
    }
  }

  private static void close(GatedDispatcher dispatcher) {
    try {
      long left = dispatcher.close(LIMIT);
      if (left > 0) {
        LOG.warn(left + " requests were not answered within " + LIMIT + " and are given up");
      }
    } catch (InterruptedException e) {
      LOG.warn("Stopping without waiting for the answers to requests");
      Thread.currentThread().interrupt();
    }
  }
}
