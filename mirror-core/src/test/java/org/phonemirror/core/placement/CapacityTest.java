package org.phonemirror.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CapacityTest {
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final OptionalLong LENGTH = OptionalLong.of(10_000_000);
  private static final Offset<Double> ROUNDING = Offset.offset(1e-6);

  private final AtomicReference<Duration> overdue = new AtomicReference<>(Duration.ZERO);
  private final AtomicLong free = new AtomicLong(1000L << 20);

  /** One CPU of which half is for mirrors; one of them is taken to need a tenth. */
  private final Capacity capacity =
      new Capacity(
          new PlacementSettings(
              1,
              0,
              1,
              0.5,
              Duration.ofSeconds(1),
              Duration.ofSeconds(30),
              Duration.ofSeconds(5),
              100L << 20),
          overdue::get,
          free::get);

  @Test
  void asManyAreLetInUnmeasuredAsAreTakenToFit() {
    for (int i = 0; i < 5; i++) {
      assertThat(capacity.admit(i, INTERVAL)).isEmpty();
    }
    assertThat(capacity.demand()).isCloseTo(0.5, ROUNDING);
    assertThat(capacity.admit("one more", INTERVAL))
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .startsWith("no room: 5 mirrors need 0.50 CPUs, this one may need 0.10")
                    .contains("mirrors.cpu-share"));
    assertThat(capacity.size()).isEqualTo(5);
  }

  @Test
  void oneThatIsPlacedIsNeverRefused() {
    assertThat(capacity.admit("a", INTERVAL)).isEmpty();
    capacity.charge("a", 9_000_000);
    capacity.interval("a", LENGTH);
    assertThat(capacity.demand()).isCloseTo(0.9, ROUNDING);
    assertThat(capacity.admit("a", INTERVAL)).isEmpty();
    assertThat(capacity.admit("b", INTERVAL)).isPresent();
    capacity.place("c", INTERVAL);
    assertThat(capacity.admit("c", INTERVAL)).as("placed before a restart").isEmpty();
  }

  @Test
  void whatWasMeasuredIsWhatANewOneIsTakenToNeed() {
    capacity.place("a", INTERVAL);
    capacity.charge("a", 200_000);
    capacity.charge("a", 200_000);
    capacity.interval("a", LENGTH);
    assertThat(capacity.demand()).isCloseTo(0.04, ROUNDING);
    for (int i = 0; i < 11; i++) {
      assertThat(capacity.admit(i, INTERVAL)).as("%d", i).isEmpty();
    }
    assertThat(capacity.admit("one more", INTERVAL)).isPresent();
  }

  @Test
  void aLongIntervalMakesRoom() {
    for (int i = 0; i < 50; i++) {
      assertThat(capacity.admit(i, INTERVAL.multipliedBy(10))).isEmpty();
    }
    assertThat(capacity.admit("one more", INTERVAL.multipliedBy(10))).isPresent();
  }

  @Test
  void whenOneLeavesThereIsRoomForAnother() {
    capacity.place("a", INTERVAL);
    capacity.charge("a", 5_000_000);
    capacity.interval("a", LENGTH);
    assertThat(capacity.admit("b", INTERVAL)).isPresent();
    capacity.leave("a");
    assertThat(capacity.admit("b", INTERVAL)).isEmpty();
  }

  @Test
  void theLoadOfAMirrorFollowsItsIntervals() {
    capacity.place("a", INTERVAL);
    capacity.charge("a", 4_000_000);
    capacity.interval("a", LENGTH);
    for (int i = 0; i < 20; i++) {
      capacity.interval("a", LENGTH);
    }
    assertThat(capacity.demand()).isLessThan(0.01);
  }

  @Test
  void aShortIntervalIsNotTakenForALoad() {
    capacity.place("a", INTERVAL);
    capacity.charge("a", 1_000_000);
    capacity.interval("a", LENGTH);
    capacity.charge("a", 500_000);
    capacity.interval("a", OptionalLong.of(1_000_000));
    assertThat(capacity.demand()).isBetween(0.1, 0.15);
  }

  @Test
  void whatABootCostsIsNotHeldAgainstTheMirror() {
    capacity.place("a", INTERVAL);
    capacity.charge("a", 9_000_000);
    capacity.interval("a", OptionalLong.empty());
    capacity.charge("a", 1_000_000);
    capacity.interval("a", LENGTH);
    assertThat(capacity.demand()).isCloseTo(0.1, ROUNDING);
  }

  @Test
  void nobodyIsLetInWhileWorkIsLateOrTheDiskIsFull() {
    overdue.set(Duration.ofSeconds(6));
    assertThat(capacity.admit("a", INTERVAL))
        .hasValueSatisfying(reason -> assertThat(reason).contains("wait for 6 s"));
    overdue.set(Duration.ofSeconds(5));
    free.set(99L << 20);
    assertThat(capacity.admit("a", INTERVAL))
        .hasValueSatisfying(reason -> assertThat(reason).contains("99 MB are left", "make room"));
    free.set(100L << 20);
    assertThat(capacity.admit("a", INTERVAL)).isEmpty();
  }
}
