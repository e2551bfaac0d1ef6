package org.phonemirror.sip;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.phonemirror.sip.MirrorPlane.Part;
import org.phonemirror.sip.MirrorPlane.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a part of the server in a way that may hang: at most once at a time, and an outcome
 * counts for a while, however often monitors ask.
 */
final class Probe {
  private static final Logger LOG = LoggerFactory.getLogger(Probe.class);

  /** A busy machine may be slow; what takes longer hangs. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final String name;
  private final Callable<Part> look;
  private final ExecutorService executor;
  private final long keepNanos;
  private Optional<Future<Part>> last = Optional.empty();
  private long beganNanos;

  /**
   * Does not look yet.
   *
   * @param look tells how the part is; what it throws is told as a failure
   * @param executor runs it, with a thread for each probe
   * @param keep how long an outcome counts
   */
  Probe(String name, Callable<Part> look, ExecutorService executor, Duration keep) {
    this.name = name;
    this.look = look;
    this.executor = executor;
    this.keepNanos = keep.toNanos();
  }

  /** Begins to look, unless it does already or a recent outcome counts. */
  synchronized void begin() {
    if (last.isEmpty() || (last.get().isDone() && System.nanoTime() - beganNanos > keepNanos)) {
      FutureTask<Part> next = new FutureTask<>(look);
      try {
        executor.execute(next);
      } catch (RejectedExecutionException e) {
        LOG.debug("{} is not looked at: the server stops", name, e);
        next.cancel(false);
      }
      last = Optional.of(next);
      beganNanos = System.nanoTime();
    }
  }

  /** How the part is, after {@link #begin}; waits for no longer than until the deadline. */
  Part part(long deadlineNanos) {
    try {
      return current().get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      Duration waited = waited();
      return new Part(
          name,
          waited.compareTo(PATIENCE) < 0 ? State.DEGRADED : State.FAILED,
          "has not answered for " + waited.toSeconds() + " s");
    } catch (ExecutionException e) {
      return new Part(name, State.FAILED, e.getCause().getMessage());
    } catch (CancellationException e) {
      return new Part(name, State.FAILED, "the server stops");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Part(name, State.FAILED, "the server stops");
    }
  }

  private synchronized Future<Part> current() {
    return last.orElseThrow(() -> new IllegalStateException(name + " was never looked at"));
  }

  private synchronized Duration waited() {
    return Duration.ofNanos(System.nanoTime() - beganNanos);
  }
}
