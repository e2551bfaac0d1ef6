package org.phonemirror.core.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.tape.Mark;

class EvidenceTest {
  private static final ReplayReport GOOD = new ReplayReport(90, 0, 500, 900, 100);

  @Test
  void theCauseIsTheLikeliestOfWhatIsKnown() {
    assertThat(Evidence.of(0, GOOD).cause()).isEqualTo(Cause.RANDOM);
    assertThat(Evidence.of(1, GOOD).cause()).isEqualTo(Cause.LOSS);
    assertThat(Evidence.of(0, new ReplayReport(9, 2, 0, 0, 0)).cause()).isEqualTo(Cause.LOSS);
    assertThat(Evidence.of(0, new ReplayReport(9, 0, 0, 0, -2_000_000)).cause())
        .isEqualTo(Cause.TIME);
    assertThat(Evidence.of(0, new ReplayReport(9, 0, 0, 2_000_000, 0)).cause())
        .isEqualTo(Cause.TIME);
    Evidence good = Evidence.of(0, GOOD);
    assertThat(good.withNetwork(Set.of(Mark.TLS), 3).cause()).isEqualTo(Cause.TLS);
    assertThat(good.withNetwork(Set.of(), 3).cause()).isEqualTo(Cause.UNRECORDED_REQUEST);
    assertThat(good.withNetwork(Set.of(Mark.TLS, Mark.HOLE), 0).cause()).isEqualTo(Cause.LOSS);
  }

  @Test
  void theIntervalBeforeCountsToo() {
    Evidence before = Evidence.of(0, GOOD).withNetwork(Set.of(Mark.TLS), 0);
    assertThat(Evidence.of(0, GOOD).and(before).cause()).isEqualTo(Cause.TLS);
    assertThat(Evidence.of(0, GOOD).and(Evidence.NONE).cause()).isEqualTo(Cause.RANDOM);
  }
}
