package org.phonemirror.core.upload;

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

  private final Outbox outbox;
  private final NoticeBoard board;
  private final Set<Long> underWay = ConcurrentHashMap.newKeySet();
  private final Queue<Long> durable = new ConcurrentLinkedQueue<>();

  Reporter(Outbox outbox, NoticeBoard board) {
    this.outbox = outbox;
    this.board = board;
  }

  /** Goes on with what there is; what the board did not take, it gets again. */
  void look() {
    for (Long told = durable.poll(); told != null; told = durable.poll()) {
      outbox.told(told);
      underWay.remove(told);
    }
    for (Outbox.Untold untold : outbox.untold(0, AT_ONCE)) {
      if (underWay.add(untold.number())) {
        tell(untold);
      }
    }
  }

  private void tell(Outbox.Untold untold) {
    try {
      var unused =
          board
              .tell(untold.report().subscriber(), untold.report().notice())
              .whenComplete((done, failure) -> ended(untold, failure));
    } catch (RuntimeException e) {
      ended(untold, e);
    }
  }

  private void ended(Outbox.Untold untold, Throwable failure) {
    if (failure == null) {
      durable.add(untold.number());
    } else {
      log.warn("{} is not told yet: {}", untold.report(), failure.toString());
      underWay.remove(untold.number());
    }
  }
}
