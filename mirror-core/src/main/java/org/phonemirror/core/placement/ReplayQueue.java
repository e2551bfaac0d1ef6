package org.phonemirror.core.placement;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All blocking work with machines, earliest deadline first, some of it at a time. Of one deadline
 * what was submitted first goes first.
 *
 * <p>It has no bound of its own: a mirror submits one thing at a time, so there are never more than
 * there are mirrors.
 */
public final class ReplayQueue implements AutoCloseable {
  private static final Comparator<Ticket<?>> ORDER =
      Comparator.<Ticket<?>, Instant>comparing(ticket -> ticket.deadline)
          .thenComparingLong(ticket -> ticket.number);

  private final Clock clock;
  private final AtomicLong numbers = new AtomicLong();
  private final ThreadPoolExecutor workers;

  /** Works with so many machines at a time. */
  public ReplayQueue(int parallelism, Clock clock) {
    this.clock = clock;
    AtomicInteger threads = new AtomicInteger();
    this.workers =
        new ThreadPoolExecutor(
            parallelism,
            parallelism,
            0,
            TimeUnit.SECONDS,
            new PriorityBlockingQueue<>(64, Comparator.comparing(task -> (Ticket<?>) task, ORDER)),
            task -> {
              Thread thread = new Thread(task, "mirror-work-" + threads.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            },
            (task, executor) -> ((Ticket<?>) task).refuse());
    workers.prestartAllCoreThreads();
  }

  /** Something to do, and what becomes of it. */
  public final class Ticket<T> implements Runnable {
    private final Instant deadline;
    private final Instant submitted = clock.instant();
    private final long number = numbers.getAndIncrement();
    private final Callable<T> work;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    private Ticket(Instant deadline, Callable<T> work) {
      this.deadline = deadline;
      this.work = work;
    }

    /** What came of it. */
    public CompletionStage<T> result() {
      return result;
    }

    /**
     * Takes it back if it has not begun; then it never will, and its result is a {@link
     * CancellationException}.
     */
    public boolean withdraw() {
      boolean withdrawn = workers.remove(this);
      if (withdrawn) {
        result.cancel(false);
      }
      return withdrawn;
    }

    private void refuse() {
      result.completeExceptionally(new CancellationException("server is stopping"));
    }

    /** Nobody but the queue calls it. */
    @Override
    public void run() {
      try {
        result.complete(work.call());
      } catch (Throwable e) {
        // whoever submitted it is told, also of an Error
        result.completeExceptionally(e);
      }
    }
  }

  /** Does something, as soon as all that has an earlier deadline has begun. */
  public <T> Ticket<T> submit(Instant deadline, Callable<T> work) {
    Ticket<T> ticket = new Ticket<>(deadline, work);
    workers.execute(ticket);
    return ticket;
  }

  /** How much waits to begin. */
  public int depth() {
    return workers.getQueue().size();
  }

  /** How long the next to begin has waited beyond its deadline; zero if it is in time. */
  public Duration overdue() {
    Ticket<?> next = (Ticket<?>) workers.getQueue().peek();
    if (next == null) {
      return Duration.ZERO;
    }
    Instant since = next.deadline.isAfter(next.submitted) ? next.deadline : next.submitted;
    Duration overdue = Duration.between(since, clock.instant());
    return overdue.isNegative() ? Duration.ZERO : overdue;
  }

  /** Nothing more begins; what has begun comes to its end. */
  @Override
  public void close() {
    workers.shutdown();
    List<Runnable> waiting = new ArrayList<>();
    workers.getQueue().drainTo(waiting);
    waiting.forEach(task -> ((Ticket<?>) task).refuse());
  }
}
