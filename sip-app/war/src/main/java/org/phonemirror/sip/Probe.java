package org.phonemirror.sip;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.phonemirror.sip.MirrorPlane.Part;
import org.phonemirror.sip.MirrorPlane.State;

/**
 * Looks at a part of the server in a way that may hang: at most once at a time, and an outcome
 * counts for a while, however often monitors ask.
 */
final class Probe {
  private final String name;
  private final Callable<Part> look;
  private final ExecutorService executor;
  private final long keepNanos;
  private Future<Part> last;
  private long lastNanos;

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

  /** How the part is; waits for no longer than until the deadline. */
  Part part(long deadlineNanos) {
    Future<Part> current;
    try {
      synchronized (this) {
        if (last == null || (last.isDone() && System.nanoTime() - lastNanos > keepNanos)) {
          FutureTask<Part> next = new FutureTask<>(look);
          executor.execute(next);
          last = next;
          lastNanos = System.nanoTime();
        }
        current = last;
      }
      return current.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      long seconds = Duration.ofNanos(System.nanoTime() - lastNanos()).toSeconds();
      return new Part(name, State.FAILED, "has not answered for " + seconds + " s");
    } catch (ExecutionException e) {
      return new Part(name, State.FAILED, e.getCause().getMessage());
    } catch (RejectedExecutionException e) {
      return new Part(name, State.FAILED, "the server stops");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Part(name, State.FAILED, "the server stops");
    }
  }

  private synchronized long lastNanos() {
    return lastNanos;
  }
}
