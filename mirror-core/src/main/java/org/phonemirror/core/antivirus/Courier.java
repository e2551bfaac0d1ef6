package org.phonemirror.core.antivirus;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.phonemirror.core.service.NoticeBoard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Empties the outbox on a thread of its own, and again after a while if the board fails. */
final class Courier implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
  private static final long AGAIN_SECONDS = 10;
  private static final long CLOSING_SECONDS = 10;

  private final Outbox outbox;
  private final NoticeBoard board;
  private final AtomicBoolean called = new AtomicBoolean();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(run -> new Thread(run, "antivirus-courier"));

  Courier(Outbox outbox, NoticeBoard board) {
    this.outbox = outbox;
    this.board = board;
  }

  /** There is something in the outbox, maybe. */
  void call() {
    if (called.compareAndSet(false, true)) {
      schedule(0);
    }
  }

  private void schedule(long seconds) {
    try {
      var unused = thread.schedule(this::deliver, seconds, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("closed: notices wait for the next start");
    }
  }

  private void deliver() {
    called.set(false); // what comes from now on may come too late for this round
    try {
      outbox.deliver(board);
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.warn("notices wait, as they can't be posted", e);
      schedule(AGAIN_SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("the notice board keeps its caller waiting");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
