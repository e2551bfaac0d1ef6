package org.phonemirror.core.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.core.placement.StandingClock.NOON;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResidentPoolTest {
  private final StandingClock clock = new StandingClock();
  private final ResidentPool pool = new ResidentPool(100, 1, clock);
  private final List<String> told = new ArrayList<>();

  private void idle(String mirror, long bytes, int dueInSeconds) {
    pool.idle(mirror, bytes, NOON.plusSeconds(dueInSeconds), () -> told.add(mirror));
  }

  private boolean working(String mirror, long bytes) {
    return pool.working(mirror, bytes, true);
  }

  @Test
  void asLongAsAllFitNobodyHasToGo() {
    idle("a", 50, 1);
    idle("b", 50, 2);
    assertThat(told).isEmpty();
    assertThat(pool.bytes()).isEqualTo(100);
    assertThat(pool.size()).isEqualTo(2);
  }

  @Test
  void thoseThatAreDueLastGoUntilTheOthersFit() {
    idle("a", 40, 30);
    idle("b", 40, 10);
    idle("c", 40, 20);
    idle("d", 80, 5);
    assertThat(told).containsExactly("a", "c", "b");
    pool.gone("a");
    pool.gone("c");
    pool.gone("b");
    assertThat(pool.left()).isEqualTo(3);
    assertThat(pool.bytes()).isEqualTo(80);
  }

  @Test
  void aLargeOneGoesBeforeASmallOneThatIsDueSomewhatLater() {
    idle("large", 80, 20);
    idle("small", 30, 30);
    assertThat(told).containsExactly("large");
  }

  @Test
  void oneThatIsToldToGoIsNotToldAgainAndNobodyElseIsForIt() {
    idle("a", 60, 30);
    idle("b", 60, 10);
    idle("b", 60, 20);
    assertThat(told).containsExactly("a");
  }

  @Test
  void oneAtWorkComesOnTopAndSendsNobodyAway() {
    idle("a", 60, 30);
    assertThat(working("b", 60)).isFalse();
    assertThat(told).isEmpty();
    idle("b", 60, 40);
    assertThat(told).containsExactly("b");
  }

  @Test
  void onesThatWaitForTheirTurnCountAsThoseAtRestDo() {
    idle("a", 60, 30);
    assertThat(working("b", 60)).isFalse();
    assertThat(working("c", 50)).isFalse();
    assertThat(told).containsExactly("a");
  }

  @Test
  void whereAllWaitWhoeverHadItsTurnLeavesUntilTheNext() {
    assertThat(working("a", 60)).isFalse();
    assertThat(working("b", 60)).isFalse();
    assertThat(working("c", 60)).isTrue();
    assertThat(told).isEmpty();
    assertThat(working("a", 60)).as("there is room now").isFalse();
    pool.gone("c");
    assertThat(pool.left()).isEqualTo(1);
  }

  @Test
  void whoHadNoTurnYetStaysWhateverItHolds() {
    assertThat(pool.working("a", 200, false)).isFalse();
    assertThat(pool.bytes()).isEqualTo(200);
  }

  @Test
  void oneThatGetsWorkBeforeItHasGoneStays() {
    idle("a", 60, 30);
    idle("b", 60, 10);
    assertThat(told).containsExactly("a");
    assertThat(working("a", 60)).isFalse();
    assertThat(pool.left()).isZero();
    idle("a", 60, 5);
    assertThat(told).containsExactly("a", "b");
  }

  @Test
  void oneThatCanNotGoIsNotAskedAgainBeforeItHasWorkedAndAnotherGoes() {
    idle("a", 60, 30);
    idle("b", 60, 10);
    pool.stays("a");
    assertThat(told).containsExactly("a", "b");
    pool.stays("b");
    assertThat(told).as("both can't").containsExactly("a", "b");
    working("b", 60);
    idle("b", 60, 40);
    assertThat(told).containsExactly("a", "b", "b");
  }

  @Test
  void oneWhosePhoneIsNotHeardOfAnyMoreGoesInTheEnd() {
    idle("lost", 60, 1);
    clock.advance(Duration.ofSeconds(100));
    idle("fresh", 60, 150);
    assertThat(told).as("expected after as long again: at 199 s").containsExactly("lost");
  }

  @Test
  void oneThatHoldsNothingIsLeftAlone() {
    idle("off", 0, 100);
    idle("a", 60, 10);
    idle("b", 60, 20);
    assertThat(told).containsExactly("b");
  }

  @Test
  void oneThatIsGoneCanNotStay() {
    idle("a", 60, 1);
    pool.gone("a");
    pool.stays("a");
    assertThat(pool.size()).isZero();
  }
}
