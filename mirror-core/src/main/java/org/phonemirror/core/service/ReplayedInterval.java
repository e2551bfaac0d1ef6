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
 */
public record ReplayedInterval(
    long sequence, long startMicros, long endMicros, List<Order> orders) {
  public ReplayedInterval {
    orders = List.copyOf(orders);
  }
}
