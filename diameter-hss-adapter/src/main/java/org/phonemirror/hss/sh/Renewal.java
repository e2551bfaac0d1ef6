package org.phonemirror.hss.sh;

import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.phonemirror.core.subscriber.Impu;

/**
 * Does something for each subscriber, some at a time, so that the HSS is not flooded. Ends early
 * when the connection is lost: the next one begins anew.
 */
final class Renewal {
  private static final int AT_A_TIME = 16;

  private final Iterator<Impu> waiting;
  private final Function<Impu, CompletionStage<Void>> task;

  private final BooleanSupplier connected;

  private Renewal(
      List<Impu> subscribers,
      Function<Impu, CompletionStage<Void>> task,
      BooleanSupplier connected) {
    this.waiting = subscribers.iterator();
    this.task = task;
    this.connected = connected;
  }

  static void start(
      Set<Impu> subscribers,
      Function<Impu, CompletionStage<Void>> task,
      BooleanSupplier connected) {
    Renewal renewal = new Renewal(List.copyOf(subscribers), task, connected);
    for (int i = 0; i < AT_A_TIME; i++) {
      renewal.next();
    }
  }

  /** A loop where answers come at once, as a chain of stages would exhaust the stack. */
  private void next() {
    while (true) {
      Impu subscriber;
      synchronized (waiting) {
        if (!waiting.hasNext() || !connected.getAsBoolean()) {
          return;
        }
        subscriber = waiting.next();
      }
      CompletionStage<Void> done = task.apply(subscriber);
      if (!done.toCompletableFuture().isDone()) {
        done.thenRun(this::next);
        return;
      }
    }
  }
}
