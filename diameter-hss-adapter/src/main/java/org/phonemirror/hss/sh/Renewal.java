package org.phonemirror.hss.sh;

import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.phonemirror.core.subscriber.Impu;

/** Does something for each subscriber, some at a time, so that the HSS is not flooded. */
final class Renewal {
  private static final int AT_A_TIME = 16;

  private final Iterator<Impu> waiting;
  private final Function<Impu, CompletionStage<Void>> task;

  private Renewal(List<Impu> subscribers, Function<Impu, CompletionStage<Void>> task) {
    this.waiting = subscribers.iterator();
    this.task = task;
  }

  static void start(Set<Impu> subscribers, Function<Impu, CompletionStage<Void>> task) {
    Renewal renewal = new Renewal(List.copyOf(subscribers), task);
    for (int i = 0; i < AT_A_TIME; i++) {
      renewal.next();
    }
  }

  /** A loop where answers come at once, as a chain of stages would exhaust the stack. */
  private void next() {
    while (true) {
      Impu subscriber;
      synchronized (waiting) {
        if (!waiting.hasNext()) {
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
