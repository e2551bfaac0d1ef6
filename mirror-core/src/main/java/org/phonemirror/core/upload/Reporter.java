package org.phonemirror.core.upload;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.phonemirror.core.service.NoticeBoard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes reports to the notice board, and forgets them when they are durable there. */
final class Reporter {
  private static final Logger log = LoggerFactory.getLogger(Reporter.class);

  /** Most reports that are under way to the board; the rest wait in the outbox. */
  private static final int AT_ONCE = 100;

  /** For so long after an order began, receipts wait for those that are still to come. */
  private static final Duration TOGETHER = Duration.ofMinutes(1);

  private final Outbox outbox;
  private final NoticeBoard board;
  private final Clock clock;
  private final Set<Long> underWay = ConcurrentHashMap.newKeySet();
  private final Queue<Long> durable = new ConcurrentLinkedQueue<>();

  Reporter(Outbox outbox, NoticeBoard board, Clock clock) {
    this.outbox = outbox;
    this.board = board;
    this.clock = clock;
  }

  /** Goes on with what there is; what the board did not take, it gets again. */
  void look() {
    for (Long told = durable.poll(); told != null; told = durable.poll()) {
      outbox.told(told);
      underWay.remove(told);
    }
    List<Outbox.Untold> untold = new ArrayList<>();
    for (Outbox.Untold one : outbox.untold(clock.instant().minus(TOGETHER), AT_ONCE)) {
      if (underWay.add(one.number())) {
        untold.add(one);
      }
    }
    Receipts.of(untold).forEach(this::tell);
  }

  private void tell(Receipts receipts) {
    try {
      var unused =
          board
              .tell(receipts.subscriber(), receipts.notice())
              .whenComplete((done, failure) -> ended(receipts, failure));
    } catch (RuntimeException e) {
      ended(receipts, e);
    }
  }

  private void ended(Receipts receipts, Throwable failure) {
    if (failure == null) {
      durable.addAll(receipts.numbers());
    } else {
      log.warn("{} is not told yet: {}", receipts, failure.toString());
      receipts.numbers().forEach(underWay::remove);
    }
  }
}
