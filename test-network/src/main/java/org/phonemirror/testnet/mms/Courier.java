package org.phonemirror.testnet.mms;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Pushes again and again, until the phone is there or the time is over. */
final class Courier implements AutoCloseable {
  /** How it ended. */
  enum Result {
    ARRIVED,
    UNKNOWN,
    EXPIRED
  }

  private final Push push;
  private final Duration retry;
  private final Clock clock;
  private final ScheduledThreadPoolExecutor timer;

  Courier(Push push, Duration retry, Clock clock) {
    this.push = push;
    this.retry = retry;
    this.clock = clock;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "mms-courier");
              thread.setDaemon(true);
              return thread;
            });
  }

  CompletionStage<Result> bring(String number, byte[] pdu, Instant until) {
    CompletableFuture<Result> result = new CompletableFuture<>();
    attempt(number, pdu, until, result);
    return result;
  }

  private void attempt(String number, byte[] pdu, Instant until, CompletableFuture<Result> result) {
    var unused =
        push.push(number, pdu)
            .thenAccept(
                outcome -> {
                  switch (outcome) {
                    case ARRIVED -> result.complete(Result.ARRIVED);
                    case UNKNOWN -> result.complete(Result.UNKNOWN);
                    case UNREACHABLE -> later(number, pdu, until, result);
                  }
                });
  }

  private void later(String number, byte[] pdu, Instant until, CompletableFuture<Result> result) {
    if (!clock.instant().plus(retry).isBefore(until)) {
      result.complete(Result.EXPIRED);
      return;
    }
    try {
      var unused =
          timer.schedule(
              () -> attempt(number, pdu, until, result), retry.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      result.complete(Result.EXPIRED); // the relay goes down, and forgets its messages
    }
  }

  /** Regularly, until it is closed. */
  void every(Duration period, Runnable task) {
    var unused =
        timer.scheduleWithFixedDelay(
            task, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    push.close();
  }
}
