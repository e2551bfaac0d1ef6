package org.phonemirror.core.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionTest {
  @Test
  void thereIsAlwaysABaseOldEnoughAndNeverMoreThanFourCheckpoints() {
    long distance = 100;
    List<Long> kept = new ArrayList<>(List.of(0L));
    for (long position = 10; position <= 3000; position += 10) {
      kept.add(position);
      kept = new ArrayList<>(Retention.kept(kept, p -> p, position - distance));
      assertThat(kept).hasSizeBetween(2, 4).endsWith(position - 10, position);
      assertThat(kept.get(0))
          .isBetween(Math.max(0, position - 2 * distance - 20), Math.max(0, position - distance));
    }
  }

  @Test
  void withoutADistanceTheNewestTwoAreKept() {
    assertThat(Retention.kept(List.of(1L, 2L, 3L, 4L), p -> p, 4)).containsExactly(3L, 4L);
    assertThat(Retention.kept(List.of(5L), p -> p, 9)).containsExactly(5L);
    assertThat(Retention.kept(List.<Long>of(), p -> p, 0)).isEmpty();
  }
}
