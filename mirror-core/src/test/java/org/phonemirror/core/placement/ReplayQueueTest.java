package org.phonemirror.core.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.phonemirror.core.placement.StandingClock.NOON;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReplayQueueTest {
  private final StandingClock clock = new StandingClock();

  /** Keeps one worker of a queue at work until it is opened. */
  private static CountDownLatch occupy(ReplayQueue queue) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    queue.submit(
        Instant.EPOCH,
        () -> {
          begun.countDown();
          return end.await(20, TimeUnit.SECONDS);
        });
    assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    return end;
  }

  private static <T> T get(ReplayQueue.Ticket<T> ticket) throws Exception {
    return ticket.result().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void whatIsDueFirstGoesFirstAndOfOneTimeWhatCameFirst() throws Exception {
    try (ReplayQueue queue = new ReplayQueue(1, clock)) {
      CountDownLatch end = occupy(queue);
      List<String> order = new CopyOnWriteArrayList<>();
      List<ReplayQueue.Ticket<Boolean>> tickets = new ArrayList<>();
      tickets.add(queue.submit(NOON.plusSeconds(3), () -> order.add("last")));
      tickets.add(queue.submit(NOON.plusSeconds(2), () -> order.add("third")));
      tickets.add(queue.submit(NOON.plusSeconds(1), () -> order.add("first")));
      tickets.add(queue.submit(NOON.plusSeconds(1), () -> order.add("second")));
      assertThat(queue.depth()).isEqualTo(4);
      end.countDown();
      for (ReplayQueue.Ticket<Boolean> ticket : tickets) {
        get(ticket);
      }
      assertThat(order).containsExactly("first", "second", "third", "last");
      assertThat(queue.depth()).isZero();
    }
  }

  @Test
  void asManyAsItMayAreDoneAtATimeAndNoMore() throws Exception {
    try (ReplayQueue queue = new ReplayQueue(3, clock)) {
      CountDownLatch three = new CountDownLatch(3);
      AtomicInteger atWork = new AtomicInteger();
      List<ReplayQueue.Ticket<Integer>> tickets = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        tickets.add(
            queue.submit(
                NOON,
                () -> {
                  int now = atWork.incrementAndGet();
                  three.countDown();
                  // the first three wait for each other
                  assertThat(three.await(20, TimeUnit.SECONDS)).isTrue();
                  atWork.decrementAndGet();
                  return now;
                }));
      }
      List<Integer> seen = new ArrayList<>();
      for (ReplayQueue.Ticket<Integer> ticket : tickets) {
        seen.add(get(ticket));
      }
      assertThat(seen).contains(3).allMatch(now -> now <= 3);
    }
  }

  @Test
  void whatIsTakenBackIsNeverDone() throws Exception {
    try (ReplayQueue queue = new ReplayQueue(1, clock)) {
      CountDownLatch end = occupy(queue);
      CompletableFuture<String> done = new CompletableFuture<>();
      ReplayQueue.Ticket<Boolean> taken = queue.submit(NOON, () -> done.complete("this"));
      ReplayQueue.Ticket<Boolean> other = queue.submit(NOON, () -> done.complete("other"));
      assertThat(taken.withdraw()).isTrue();
      assertThat(taken.withdraw()).as("again").isFalse();
      end.countDown();
      assertThat(get(other)).isTrue();
      assertThat(done).isCompletedWithValue("other");
      assertThatThrownBy(() -> get(taken)).isInstanceOf(CancellationException.class);
      assertThat(other.withdraw()).as("what is done").isFalse();
    }
  }

  @Test
  void whatFailsIsToldAndTheNextIsDone() throws Exception {
    try (ReplayQueue queue = new ReplayQueue(1, clock)) {
      ReplayQueue.Ticket<Object> failing =
          queue.submit(
              NOON,
              () -> {
                throw new StackOverflowError("deep");
              });
      assertThatThrownBy(() -> get(failing))
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseMessage("deep");
      assertThat(get(queue.submit(NOON, () -> "next"))).isEqualTo("next");
    }
  }

  @Test
  void itTellsHowLateTheNextIs() throws Exception {
    try (ReplayQueue queue = new ReplayQueue(1, clock)) {
      CountDownLatch end = occupy(queue);
      assertThat(queue.overdue()).isZero();
      ReplayQueue.Ticket<String> late = queue.submit(NOON.plusSeconds(5), () -> "late");
      assertThat(queue.overdue()).isZero();
      clock.advance(Duration.ofSeconds(7));
      assertThat(queue.overdue()).isEqualTo(Duration.ofSeconds(2));
      // one that goes before all is late from when it came
      ReplayQueue.Ticket<String> first = queue.submit(Instant.EPOCH, () -> "first");
      assertThat(queue.overdue()).isZero();
      end.countDown();
      get(first);
      get(late);
    }
  }

  @Test
  void whenItIsClosedNothingMoreBegins() throws Exception {
    ReplayQueue queue = new ReplayQueue(1, clock);
    CountDownLatch end = occupy(queue);
    ReplayQueue.Ticket<String> waiting = queue.submit(NOON, () -> "waiting");
    queue.close();
    end.countDown();
    assertThatThrownBy(() -> get(waiting)).isInstanceOf(CancellationException.class);
    assertThatThrownBy(() -> get(queue.submit(NOON, () -> "late")))
        .isInstanceOf(CancellationException.class);
  }
}
