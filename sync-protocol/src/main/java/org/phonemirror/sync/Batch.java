package org.phonemirror.sync;

import java.util.List;

/**
 * The user's input in one synchronization interval [start, start + length), and the digest of the
 * phone's storage at its end. Intervals follow each other without a hole, except where the phone's
 * clock was set.
 *
 * @param sequence place in the phone's stream
 * @param bootId the {@link Boot} that it belongs to
 * @param startMicros t_k, in microseconds since the epoch, by the phone's clock
 * @param lengthMicros t_syn_int as it was in this interval, in microseconds; shorter where the
 *     phone was switched off or its clock was set
 * @param events in order of time, none outside the interval
 * @param lost how many events are known to be missing because a queue or a kernel buffer was full.
 *     Above 0 the phone asks for a full comparison
 * @param digest the phone's user storage at the interval's end
 * @param answers to what the server asked of the user storage, as of the interval's end
 * @param orders what services are to do, with the mirror as it is at the interval's end
 */
public record Batch(
    long sequence,
    long bootId,
    long startMicros,
    long lengthMicros,
    List<InputEvent> events,
    long lost,
    StorageDigest digest,
    List<Answer> answers,
    List<Order> orders)
    implements SyncMessage {
  public Batch {
    Check.range("sequence", sequence, 1, Long.MAX_VALUE / 4);
    Check.range("boot id", bootId, 0, 0xffff_ffffL);
    Check.range("start", startMicros, 0, Long.MAX_VALUE / 4);
    Check.range("interval", lengthMicros, 0, Limits.MAX_INTERVAL_MICROS);
    Check.range("number of events", events.size(), 0, Limits.MAX_EVENTS);
    Check.range("number of lost events", lost, 0, Integer.MAX_VALUE);
    Check.range("number of answers", answers.size(), 0, Limits.MAX_ANSWERS);
    Check.range("number of orders", orders.size(), 0, Limits.MAX_ORDERS);
    events = List.copyOf(events);
    answers = List.copyOf(answers);
    orders = List.copyOf(orders);
    long previous = startMicros;
    for (InputEvent event : events) {
      Check.range("event time", event.timeMicros(), previous, startMicros + lengthMicros);
      previous = event.timeMicros();
    }
  }

  /** A batch without answers and orders. */
  public Batch(
      long sequence,
      long bootId,
      long startMicros,
      long lengthMicros,
      List<InputEvent> events,
      long lost,
      StorageDigest digest) {
    this(sequence, bootId, startMicros, lengthMicros, events, lost, digest, List.of(), List.of());
  }

  /** The same with these answers. */
  public Batch withAnswers(List<Answer> given) {
    return new Batch(
        sequence, bootId, startMicros, lengthMicros, events, lost, digest, given, orders);
  }

  /** The same with these orders. */
  public Batch withOrders(List<Order> given) {
    return new Batch(
        sequence, bootId, startMicros, lengthMicros, events, lost, digest, answers, given);
  }

  @Override
  public long endMicros() {
    return startMicros + lengthMicros;
  }
}
