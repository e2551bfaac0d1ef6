package org.phonemirror.client;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine's one thread. A task that fails is logged, and the next ones run nevertheless. */
final class Engine extends ScheduledThreadPoolExecutor {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  Engine() {
    super(
        1,
        task -> {
          Thread thread = new Thread(task, "syn-client");
          thread.setDaemon(true);
          return thread;
        });
    // what comes after the end, such as an answer, is of no use: the message is sent again
    setRejectedExecutionHandler(new DiscardPolicy());
    setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  protected void afterExecute(Runnable task, Throwable error) {
    super.afterExecute(task, error);
    if (task instanceof Future<?> future && future.isDone() && !future.isCancelled()) {
      try {
        future.get();
      } catch (ExecutionException e) {
        LOG.error("a task of the engine has failed", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
