package org.phonemirror.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorCondition;

class TrafficWatchTest {
  private static final Impu ALICE = new Impu("sip:+15550001@ims.test");
  private static final Impu NAMED = new Impu("sip:alice@ims.test");

  private final List<String> told = new ArrayList<>();
  private final Queue<CompletableFuture<List<String>>> asked = new ArrayDeque<>();
  private final TrafficWatch watch =
      new TrafficWatch(
          new TrafficWatch.Monitor() {
            @Override
            public void watch(Impu subscriber, Set<String> msisdns) {
              told.add(subscriber + " " + msisdns);
            }

            @Override
            public void unwatch(Impu subscriber) {
              told.add(subscriber + " no more");
            }
          },
          subscriber -> {
            CompletableFuture<List<String>> answer = new CompletableFuture<>();
            asked.add(answer);
            return answer;
          });

  @Test
  void isWatchedByItsIdentityAtOnceAndByTheNumbersOfTheHssThen() {
    tell(ALICE);
    assertThat(told).containsExactly(ALICE + " [15550001]");
    asked.remove().complete(List.of("15550077"));
    assertThat(told).endsWith(ALICE + " [15550077]");

    tell(ALICE);
    assertThat(asked).isEmpty();
    assertThat(told).hasSize(2);
  }

  @Test
  void isAskedForAgainWhenTheHssDidNotAnswer() {
    tell(NAMED);
    assertThat(told).containsExactly(NAMED + " []");
    asked.remove().completeExceptionally(new IOException("not connected"));
    tell(NAMED);
    asked.remove().complete(List.of("15550001"));
    assertThat(told).containsExactly(NAMED + " []", NAMED + " [15550001]");
  }

  @Test
  void aMirrorThatWentMeanwhileIsNotWatchedAgain() {
    tell(ALICE);
    watch.tell(ALICE, Optional.empty());
    asked.remove().complete(List.of("15550077"));
    assertThat(told).containsExactly(ALICE + " [15550001]", ALICE + " no more");
  }

  private void tell(Impu subscriber) {
    watch.tell(
        subscriber,
        Optional.of(
            new MirrorCondition(MirrorCondition.Phase.RUNNING, "reference", Instant.EPOCH, "")));
  }
}
