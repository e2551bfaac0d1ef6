package org.phonemirror.core.firewall;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.phonemirror.core.traffic.flow.FlowContent;

/**
 * Takes what is in a flow from the monitor's thread to the firewall's. Where a piece is missing,
 * the rest of a connection is of no use, and is not copied; what came before it is still read.
 */
final class CopiedFlow implements FlowContent {
  /** Where work for the firewall's thread waits. */
  interface Queue {
    /** Adds work; false if there is no room. */
    boolean offer(Runnable work);
  }

  private final Queue queue;
  private final AtomicInteger room;
  private final FlowReader reader;
  private final FirewallCounters counters;

  /** Pieces do not depend on each other. */
  private final boolean datagrams;

  /** Of the monitor's thread: nothing more is copied. */
  private boolean stopped;

  /** Said by the firewall's thread: nothing more is of interest. */
  private volatile boolean over;

  /**
   * Begins with a flow.
   *
   * @param room bytes that may still wait, of all flows
   * @param datagrams whether each piece stands for itself
   */
  CopiedFlow(
      Queue queue,
      AtomicInteger room,
      FlowReader reader,
      FirewallCounters counters,
      boolean datagrams) {
    this.queue = queue;
    this.room = room;
    this.reader = reader;
    this.counters = counters;
    this.datagrams = datagrams;
  }

  @Override
  public void bytes(boolean fromPhone, byte[] data, int from, int length, long micros) {
    if (stopped || over || length == 0) {
      return;
    }
    if (room.addAndGet(-length) < 0) {
      room.addAndGet(length);
      missed();
      return;
    }
    byte[] copy = Arrays.copyOfRange(data, from, from + length);
    boolean taken =
        queue.offer(
            () -> {
              room.addAndGet(length);
              if (!over) {
                reader.bytes(fromPhone, copy);
                over = reader.hasEnded();
              }
            });
    if (!taken) {
      room.addAndGet(length);
      missed();
    }
  }

  private void missed() {
    counters.missed.increment();
    stopped |= !datagrams;
  }

  @Override
  public void lost(boolean fromPhone) {
    stopped = true;
  }

  @Override
  public void ended(boolean fromPhone, boolean complete) {
    if (stopped || over) {
      return;
    }
    if (!complete) {
      stopped = true;
    } else if (!queue.offer(() -> endedHere(fromPhone))) {
      missed();
    }
  }

  private void endedHere(boolean fromPhone) {
    if (!over) {
      reader.ended(fromPhone);
      over = reader.hasEnded();
    }
  }
}
