package org.phonemirror.client;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/** What is to be done in the background is done when the test says so, on its thread. */
final class Background extends AbstractExecutorService {
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private boolean shutDown;

  @Override
  public synchronized void execute(Runnable task) {
    tasks.add(task);
  }

  synchronized int waiting() {
    return tasks.size();
  }

  private synchronized Runnable next() {
    return tasks.poll();
  }

  /** Does all that waits. */
  void run() {
    for (Runnable task; (task = next()) != null; ) {
      task.run();
    }
  }

  @Override
  public synchronized void shutdown() {
    shutDown = true;
  }

  @Override
  public synchronized List<Runnable> shutdownNow() {
    shutDown = true;
    List<Runnable> left = List.copyOf(tasks);
    tasks.clear();
    return left;
  }

  @Override
  public synchronized boolean isShutdown() {
    return shutDown;
  }

  @Override
  public synchronized boolean isTerminated() {
    return shutDown && tasks.isEmpty();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return isTerminated();
  }
}
