package org.phonemirror.core.traffic.flow;

import java.util.Optional;
import org.phonemirror.core.subscriber.Impu;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the failures of an observer away from recording. */
public final class Observed implements TrafficObserver {
  private static final Logger LOG = LoggerFactory.getLogger(Observed.class);
  private static final long LOG_PERIOD_NANOS = 60_000_000_000L;

  private final TrafficObserver observer;
  private boolean failed;
  private long loggedNanos;

  public Observed(TrafficObserver observer) {
    this.observer = observer;
  }

  private void guard(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      long now = System.nanoTime();
      if (!failed || now - loggedNanos > LOG_PERIOD_NANOS) {
        failed = true;
        loggedNanos = now;
        LOG.error("an observer of the traffic failed; recording goes on", e);
      }
    }
  }

  @Override
  public FlowContent opened(Impu subscriber, FlowEnds ends, long micros) {
    FlowContent[] content = {FlowContent.NONE};
    guard(() -> content[0] = observer.opened(subscriber, ends, micros));
    return content[0] == FlowContent.NONE ? content[0] : new Content(content[0]);
  }

  @Override
  public void running(Impu subscriber, FlowEnds ends, long micros) {
    guard(() -> observer.running(subscriber, ends, micros));
  }

  @Override
  public void addressChanged(long phoneKey, Optional<Impu> owner) {
    guard(() -> observer.addressChanged(phoneKey, owner));
  }

  private final class Content implements FlowContent {
    private final FlowContent content;

    Content(FlowContent content) {
      this.content = content;
    }

    @Override
    public void bytes(boolean fromPhone, byte[] data, int from, int length, long micros) {
      guard(() -> content.bytes(fromPhone, data, from, length, micros));
    }

    @Override
    public void lost(boolean fromPhone) {
      guard(() -> content.lost(fromPhone));
    }

    @Override
    public void ended(boolean fromPhone, boolean complete) {
      guard(() -> content.ended(fromPhone, complete));
    }

    @Override
    public void closed() {
      guard(content::closed);
    }
  }
}
