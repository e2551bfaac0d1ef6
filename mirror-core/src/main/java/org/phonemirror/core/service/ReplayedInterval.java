package org.phonemirror.core.service;

import java.util.List;
import org.phonemirror.sync.Order;

/**
 * An interval that a mirror has just replayed.
 *
 * @param sequence of its batch
 * @param startMicros t_k, in microseconds since the epoch, by the phone's clock
 * @param endMicros its end
 * @param orders to this service
 * @param repeated whether all services have had it before: the mirror is built again, or goes on
 *     from an older checkpoint, and its storage is that of then
 */
public record ReplayedInterval(
    long sequence, long startMicros, long endMicros, List<Order> orders, boolean repeated) {
  public ReplayedInterval {
    orders = List.copyOf(orders);
  }

  /** One that services have not had before. */
  public ReplayedInterval(long sequence, long startMicros, long endMicros, List<Order> orders) {
    this(sequence, startMicros, endMicros, orders, false);
  }
}
