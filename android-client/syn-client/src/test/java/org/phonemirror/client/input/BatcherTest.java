package org.phonemirror.client.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.phonemirror.client.TestClock;
import org.phonemirror.sync.InputEvent;

class BatcherTest {
  private static final long T0 = 1_700_000_000_000_000L;
  private static final long SECOND = 1_000_000;

  private final TestClock clock = new TestClock(T0);
  private final Batcher batcher = batcher(Duration.ofSeconds(10));

  private Batcher batcher(Duration interval) {
    return new Batcher(clock.phoneClock(), interval, Duration.ofMillis(300));
  }

  private static List<InputEvent> key(long micros, int code) {
    return List.of(new InputEvent(micros, 0, InputEvent.EV_KEY, code, 1));
  }

  private static List<Integer> codes(Interval interval) {
    return interval.events().stream().map(InputEvent::code).toList();
  }

  @Test
  void intervalsFollowEachOtherAndCloseAfterTheGrace() {
    batcher.begin(T0);
    clock.advance(10 * SECOND + 200_000);
    assertThat(batcher.poll()).isEmpty();

    clock.advance(200_000);
    assertThat(batcher.poll()).containsExactly(new Interval(T0, 10 * SECOND, List.of(), 0));

    clock.advance(20 * SECOND);
    assertThat(batcher.poll())
        .extracting(Interval::startMicros)
        .containsExactly(T0 + 10 * SECOND, T0 + 20 * SECOND);
  }

  @Test
  void whatHappenedAtTheMarkBelongsToTheNextIntervalAndLateReportsToTheirOwn() {
    batcher.begin(T0);
    clock.advance(10 * SECOND + 100_000);
    batcher.report(key(T0 + 10 * SECOND, 2));
    batcher.report(key(T0 + 10 * SECOND - 1, 1)); // came late, within the grace
    clock.advance(300_000);
    assertThat(batcher.poll())
        .singleElement()
        .satisfies(i -> assertThat(codes(i)).containsExactly(1));

    batcher.report(key(T0 + 9 * SECOND, 3)); // came too late: moved into the open interval
    clock.advance(10 * SECOND);
    Interval second = batcher.poll().get(0);
    assertThat(codes(second)).containsExactly(2, 3);
    assertThat(second.events().get(0).timeMicros()).isEqualTo(T0 + 10 * SECOND);
    assertThat(second.events().get(1).timeMicros()).isEqualTo(T0 + 10 * SECOND + 1);
  }

  @Test
  void reportsBeforeTheSessionAreKeptForItsStart() {
    batcher.report(key(T0 - SECOND, 1));
    batcher.report(key(T0 - 1, 2));
    batcher.begin(T0);
    clock.advance(11 * SECOND);
    Interval interval = batcher.poll().get(0);
    assertThat(codes(interval)).containsExactly(1, 2);
    assertThat(interval.events().get(0).timeMicros()).isEqualTo(T0);
  }

  @ParameterizedTest
  @ValueSource(longs = {3600 * SECOND, -3600 * SECOND})
  void aSetClockClosesTheIntervalThere(long jump) {
    batcher.begin(T0);
    clock.advance(3 * SECOND);
    batcher.report(key(clock.now(), 1));
    clock.advance(SECOND);
    long beforeJump = clock.now();
    clock.jump(jump);
    batcher.report(key(beforeJump - 5, 2)); // happened before, arrives after
    batcher.report(key(clock.now(), 3));

    Interval closed = batcher.poll().get(0);
    assertThat(closed.startMicros()).isEqualTo(T0);
    assertThat(closed.endMicros()).isEqualTo(T0 + 4 * SECOND);
    assertThat(codes(closed)).containsExactly(1, 2);

    clock.advance(10 * SECOND + 300_000);
    Interval next = batcher.poll().get(0);
    assertThat(next.startMicros()).isEqualTo(T0 + 4 * SECOND + jump);
    assertThat(next.lengthMicros()).isEqualTo(10 * SECOND);
    assertThat(codes(next)).containsExactly(3);
  }

  @Test
  void aNewIntervalHoldsForTheRunningOne() {
    batcher.begin(T0);
    clock.advance(4 * SECOND);
    batcher.setInterval(Duration.ofSeconds(6));
    clock.advance(2 * SECOND + 300_000);
    assertThat(batcher.poll()).singleElement().matches(i -> i.lengthMicros() == 6 * SECOND);

    batcher.setInterval(Duration.ofSeconds(60));
    clock.advance(50 * SECOND);
    assertThat(batcher.poll()).isEmpty();
    batcher.setInterval(Duration.ofSeconds(10)); // longer ago than that: ends now
    clock.advance(300_000);
    assertThat(batcher.poll()).singleElement().matches(i -> i.endMicros() == clock.now() - 300_000);
  }

  @Test
  void noIntervalReachesBeyondThePowerKeyWhileTheSessionEnds() {
    batcher.begin(T0);
    clock.advance(9 * SECOND + 500_000);
    long pressed = clock.now();
    batcher.report(key(pressed - 10, 7));
    batcher.report(key(pressed, InputEvent.KEY_POWER));
    clock.advance(2 * SECOND); // beyond mark and grace
    assertThat(batcher.poll()).isEmpty();

    assertThat(batcher.end(pressed))
        .singleElement()
        .satisfies(
            last -> {
              assertThat(last.endMicros()).isEqualTo(pressed);
              assertThat(codes(last)).containsExactly(7);
            });
  }

  @Test
  void aPowerKeyThatEndsNothingIsAnInputAsAnyOther() {
    batcher.begin(T0);
    clock.advance(9 * SECOND + 500_000);
    batcher.report(key(clock.now(), InputEvent.KEY_POWER));
    clock.advance(6 * SECOND);
    assertThat(batcher.poll())
        .singleElement()
        .satisfies(i -> assertThat(codes(i)).containsExactly(InputEvent.KEY_POWER));
  }

  @Test
  void lostEventsAreToldOnce() {
    batcher.begin(T0);
    batcher.lost(3);
    clock.advance(21 * SECOND);
    assertThat(batcher.poll()).extracting(Interval::lost).containsExactly(3L, 0L);
  }

  /** Whatever the order of arrival and the clock do, each event is in one interval, in order. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void everyEventFallsInExactlyOneInterval(long seed) {
    Random random = new Random(seed);
    Batcher busy = batcher(Duration.ofSeconds(1));
    List<Interval> intervals = new ArrayList<>();
    busy.begin(T0);
    int sent = 0;
    for (int step = 0; step < 3000; step++) {
      switch (random.nextInt(40)) {
        case 0 -> intervals.addAll(busy.poll());
        case 1 -> busy.setInterval(Duration.ofMillis(1000 + random.nextInt(3000)));
        case 2 -> clock.jump(random.nextInt(10_000_000) - 5_000_000L);
        default -> {
          clock.advance(random.nextInt(random.nextInt(20) == 0 ? 3_000_000 : 20_000));
          long micros = clock.now() - random.nextInt(random.nextInt(4) == 0 ? 2_000_000 : 100);
          int device = random.nextInt(2);
          int value = sent++;
          busy.report(
              List.of(
                  new InputEvent(micros, device, InputEvent.EV_ABS, 0, value),
                  new InputEvent(micros, device, InputEvent.EV_ABS, 1, value)));
        }
      }
    }
    intervals.addAll(busy.end(clock.now() + 10));

    Set<Integer> seen = new HashSet<>();
    for (Interval interval : intervals) {
      long previous = interval.startMicros();
      Set<String> reports = new HashSet<>();
      for (int i = 0; i < interval.events().size(); i += 2) {
        InputEvent x = interval.events().get(i);
        InputEvent y = interval.events().get(i + 1);
        assertThat(y.value()).isEqualTo(x.value());
        assertThat(x.timeMicros()).isBetween(previous, interval.endMicros() - 1);
        assertThat(y.timeMicros()).isEqualTo(x.timeMicros());
        assertThat(reports.add(x.device() + "@" + x.timeMicros())).isTrue();
        assertThat(seen.add(x.value())).isTrue();
        previous = x.timeMicros();
      }
    }
    assertThat(seen).hasSize(sent);
    assertThat(intervals).allSatisfy(i -> assertThat(i.lost()).isZero());
  }

  @Test
  void aFloodClosesTheIntervalBeforeItExceedsAMessage() {
    batcher.begin(T0);
    for (int i = 0; i < 40_000; i++) {
      clock.advance(10);
      batcher.report(key(clock.now(), i & 0xff));
    }
    clock.advance(11 * SECOND);
    List<Interval> intervals = batcher.poll();
    assertThat(intervals).hasSizeGreaterThanOrEqualTo(3);
    assertThat(intervals.stream().mapToInt(i -> i.events().size()).sum()).isEqualTo(40_000);
    assertThat(intervals).allMatch(i -> i.events().size() <= 16_384);
    for (int i = 1; i < intervals.size(); i++) {
      assertThat(intervals.get(i).startMicros()).isEqualTo(intervals.get(i - 1).endMicros());
    }
  }
}
