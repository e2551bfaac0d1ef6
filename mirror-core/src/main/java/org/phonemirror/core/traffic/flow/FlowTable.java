package org.phonemirror.core.traffic.flow;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All flows that are followed.
 *
 * <p>A subscriber may have so many, and all may together; whoever opens one more loses the one that
 * was not used for longest, so that a phone that floods the network loses its own flows. Of those
 * of all subscribers the oldest is at the head of one of three lists, by how long a flow of its
 * kind is worth keeping.
 */
final class FlowTable {
  /** RFC 5382 §5: what network address translators keep an idle connection for. */
  private static final Duration CONNECTION_IDLE = Duration.ofMinutes(124);

  /** RFC 4787 §4.3. */
  private static final Duration EXCHANGE_IDLE = Duration.ofMinutes(5);

  /** What a connection's last segments may take to be repeated: Linux' TIME-WAIT. */
  private static final Duration OVER_IDLE = Duration.ofSeconds(60);

  private final FlowLimits limits;
  private final FlowCounters counters;
  private final IdleList connections = new IdleList(CONNECTION_IDLE);
  private final IdleList exchanges = new IdleList(EXCHANGE_IDLE);
  private final IdleList over = new IdleList(OVER_IDLE);
  private final List<IdleList> lists = List.of(over, exchanges, connections);
  private int size;

  FlowTable(FlowLimits limits, FlowCounters counters) {
    this.limits = limits;
    this.counters = counters;
  }

  int size() {
    return size;
  }

  /** A subscriber's flow, or null. */
  Flow find(Subscriber subscriber, FlowKey key) {
    return subscriber.flows().get(key);
  }

  void add(Flow flow) {
    Subscriber subscriber = flow.subscriber;
    if (subscriber.flows().size() >= limits.flowsPerSubscriber()) {
      subscriber.leastRecentlyUsed().ifPresent(this::evict);
    } else if (size >= limits.flows()) {
      oldest().ifPresent(this::evict);
    }
    subscriber.flows().put(flow.track.key, flow);
    size++;
  }

  /** A packet of the flow came. */
  void used(Flow flow, long micros) {
    IdleList list =
        flow instanceof UdpExchange
            ? exchanges
            : flow instanceof TcpConnection connection && connection.isOver() ? over : connections;
    list.use(flow, micros);
  }

  private void evict(Flow flow) {
    counters.evicted.increment();
    remove(flow);
  }

  private Optional<Flow> oldest() {
    return lists.stream()
        .flatMap(list -> list.oldest().stream())
        .min(Comparator.comparingLong(flow -> flow.usedMicros));
  }

  void remove(Flow flow) {
    IdleList.remove(flow);
    flow.close();
    Flow unused = flow.subscriber.flows().remove(flow.track.key);
    size--;
  }

  void removeAll(Subscriber subscriber) {
    while (!subscriber.flows().isEmpty()) {
      subscriber.leastRecentlyUsed().ifPresent(this::remove);
    }
  }

  /** Removes flows that were not used for long. */
  void sweep(long micros) {
    for (IdleList list : lists) {
      for (Optional<Flow> old = list.expired(micros); old.isPresent(); old = list.expired(micros)) {
        remove(old.get());
      }
    }
  }
}
