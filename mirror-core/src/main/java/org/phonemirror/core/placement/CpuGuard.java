package org.phonemirror.core.placement;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Ends machines that use more CPU time than they may, also in the middle of a call. */
final class CpuGuard implements AutoCloseable {
  private static final long SHORTEST_MICROS = 50_000;

  private final Duration limit;
  private final ScheduledThreadPoolExecutor timer;

  CpuGuard(Duration limit) {
    this.limit = limit;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "mirror-cpu-guard");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  Duration limit() {
    return limit;
  }

  /**
   * Looks after so much real time; no single thread can have used as much CPU time before.
   *
   * @return takes it back
   */
  Runnable later(long micros, Runnable look) {
    var scheduled = timer.schedule(look, Math.max(SHORTEST_MICROS, micros), TimeUnit.MICROSECONDS);
    return () -> scheduled.cancel(false);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
