package org.phonemirror.container;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.sip.ServerTransaction;
import javax.sip.TransactionState;

/** The server transactions that the container holds; those without a final response are open. */
final class OpenTransactions {
  private static final long POLL_MILLIS = 20;

  private final Set<ServerTransaction> held = ConcurrentHashMap.newKeySet();

  void add(ServerTransaction transaction) {
    held.add(transaction);
    if (TransactionState.TERMINATED.equals(transaction.getState())) {
      held.remove(transaction); // it ended meanwhile, and nobody will tell again
    }
  }

  /** Whether it was held until now. */
  boolean remove(ServerTransaction transaction) {
    return held.remove(transaction);
  }

  long count() {
    return held.stream().filter(OpenTransactions::isOpen).count();
  }

  /** Waits until none is open; false if some still are after the time. */
  boolean awaitNone(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (count() > 0) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return true;
  }

  private static boolean isOpen(ServerTransaction transaction) {
    TransactionState state = transaction.getState();
    return state == null
        || state.equals(TransactionState.TRYING)
        || state.equals(TransactionState.PROCEEDING);
  }
}
