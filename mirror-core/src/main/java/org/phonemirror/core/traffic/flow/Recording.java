package org.phonemirror.core.traffic.flow;

import java.util.ArrayDeque;
import java.util.Deque;
import org.phonemirror.core.tape.Tape;

/**
 * What happened to one subscriber and is on no tape yet, in order of time. Tapes are cut from its
 * older end.
 *
 * <p>The time of items is the server's, as an interval's end by the phone's clock is known only
 * when its batch arrives: the estimate of how the two clocks differ is better then. It also moves a
 * little from batch to batch. What a moved boundary would leave between two tapes goes onto the
 * later one, at its start: nothing is lost, and nothing is on two tapes.
 */
final class Recording {
  private final FlowLimits limits;
  private final FlowCounters counters;
  private final Deque<Item> items = new ArrayDeque<>();
  private long bytes;

  /** Of {@link #bytes}, those that came since the last interval was over. */
  private long intervalBytes;

  private long lastEndMicros = Long.MIN_VALUE;

  Recording(FlowLimits limits, FlowCounters counters) {
    this.limits = limits;
    this.counters = counters;
  }

  /** Adds an item; false if there is no room for it in this interval. */
  boolean add(Item item) {
    // ends and marks are told of flows whose content found no room any more
    long limit = item.isContent() ? limits.intervalBytes() : limits.intervalBytes() / 4 * 5;
    if (intervalBytes + item.weight() > limit) {
      counters.intervalDropped.increment();
      return false;
    }
    items.add(item);
    grow(item.weight());
    while (bytes > limits.uncutBytes()) {
      drop();
    }
    return true;
  }

  /** Adds bytes to a chunk that is recorded; false if there is no room for them. */
  boolean extend(Chunk chunk, byte[] from, int at, int length) {
    if (intervalBytes + length > limits.intervalBytes()) {
      counters.intervalDropped.increment();
      return false;
    }
    grow(chunk.append(from, at, length));
    return true;
  }

  private void grow(long by) {
    bytes += by;
    intervalBytes += by;
  }

  /** The phone's interval is over: there is room for another one. */
  void intervalEnded() {
    intervalBytes = 0;
  }

  /** Drops what is older than somebody can still want it. */
  void expire(long nowMicros) {
    long oldest = nowMicros - limits.uncutAge().toNanos() / 1000;
    while (!items.isEmpty() && items.peek().micros() < oldest) {
      drop();
    }
  }

  private void drop() {
    TapeCutter.skip(take());
    counters.uncutDropped.increment();
  }

  private Item take() {
    Item item = items.remove();
    bytes -= item.weight();
    intervalBytes = Math.min(intervalBytes, bytes);
    if (item instanceof Chunk chunk) {
      chunk.cut();
    }
    return item;
  }

  /**
   * Cuts what happened in [start, end) by the phone's clock. What is older and on no tape was in no
   * interval, unless the tape before ended at the start of this one.
   *
   * @param clockOffset by how much the server's clock is ahead of the phone's, in microseconds
   */
  Tape cut(long startMicros, long endMicros, long clockOffset) {
    TapeCutter cutter = new TapeCutter(startMicros);
    boolean goesOn = startMicros == lastEndMicros;
    while (!items.isEmpty() && items.peek().micros() - clockOffset < endMicros) {
      if (goesOn || items.peek().micros() - clockOffset >= startMicros) {
        Item item = take();
        cutter.add(item, item.micros() - clockOffset);
      } else {
        drop();
      }
    }
    lastEndMicros = endMicros;
    return cutter.tape(endMicros);
  }

  /** Forgets all. */
  void clear() {
    while (!items.isEmpty()) {
      TapeCutter.skip(take());
    }
  }
}
