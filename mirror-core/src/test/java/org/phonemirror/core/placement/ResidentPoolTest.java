package org.phonemirror.core.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.core.placement.StandingClock.NOON;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResidentPoolTest {
  private final StandingClock clock = new StandingClock();
  private final ResidentPool pool = new ResidentPool(100, clock);
  private final List<String> told = new ArrayList<>();

  private void idle(String mirror, long bytes, int dueInSeconds) {
    pool.idle(mirror, bytes, NOON.plusSeconds(dueInSeconds), () -> told.add(mirror));
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
    idle("c", 90, 20);
    assertThat(told).containsExactly("a", "c");
    pool.gone("a");
    pool.gone("c");
    assertThat(pool.left()).isEqualTo(2);
    assertThat(pool.bytes()).isEqualTo(40);
  }

  @Test
  void oneThatIsToldToGoIsNotToldAgainAndNobodyElseIsForIt() {
    idle("a", 60, 30);
    idle("b", 60, 10);
    idle("b", 60, 20);
    assertThat(told).containsExactly("a");
  }

  @Test
  void onesAtWorkComeOnTopAndSendNobodyAway() {
    idle("a", 60, 30);
    pool.working("b");
    pool.working("a");
    idle("b", 60, 10);
    assertThat(told).isEmpty();
    idle("a", 60, 40);
    assertThat(told).containsExactly("a");
  }

  @Test
  void oneThatGetsWorkBeforeItHasGoneStays() {
    idle("a", 60, 30);
    idle("b", 60, 10);
    assertThat(told).containsExactly("a");
    pool.working("a");
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
    pool.working("b");
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
