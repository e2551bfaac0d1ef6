package org.phonemirror.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final long MILLI = 1_000_000;

  private long now;
  private final Admission admission = new Admission(() -> now);

  @Test
  void servesWhoeverWaitsInABurst() {
    for (int i = 0; i < 100; i++) {
      now += MILLI;
      assertThat(admission.admits(i * MILLI)).isTrue(); // the queue grows, as in a pause
    }
    for (int i = 100; i >= 0; i--) {
      now += MILLI;
      assertThat(admission.admits(i * MILLI)).isTrue(); // and empties
    }
    now += Admission.INTERVAL_NANOS;
    assertThat(admission.admits(100 * MILLI)).isTrue();
  }

  @Test
  void turnsAwayWhoeverWaitsInAStandingQueue() {
    fill(21 * MILLI);
    assertThat(admission.admits(21 * MILLI)).isFalse();
    assertThat(admission.admits(19 * MILLI)).as("the queue is short for others").isTrue();
  }

  @Test
  void servesEverybodyAgainWhenTheQueueWasEmptyOnce() {
    fill(100 * MILLI);
    assertThat(admission.admits(100 * MILLI)).isFalse();
    assertThat(admission.admits(0)).isTrue();
    now += Admission.INTERVAL_NANOS;
    assertThat(admission.admits(100 * MILLI)).isTrue();
  }

  @Test
  void servesEverybodyAgainAfterASilence() {
    fill(100 * MILLI);
    now += 2 * Admission.INTERVAL_NANOS;
    assertThat(admission.admits(100 * MILLI)).isFalse(); // ends the interval that stood
    now += 2 * Admission.INTERVAL_NANOS;
    assertThat(admission.admits(0)).isTrue();
    now += Admission.INTERVAL_NANOS;
    assertThat(admission.admits(100 * MILLI)).isTrue();
  }

  @Test
  void fewThatAreHeldUpAreNoQueue() {
    for (int i = 0; i < 10; i++) {
      now += Admission.INTERVAL_NANOS / 2;
      assertThat(admission.admits(100 * MILLI)).isTrue();
    }
  }

  @Test
  void servesNobodyTooLate() {
    assertThat(admission.admits(Admission.LIMIT_NANOS)).isTrue();
    assertThat(admission.admits(Admission.LIMIT_NANOS + 1)).isFalse();
  }

  /** More than a whole interval in which everybody has waited so long. */
  private void fill(long waited) {
    for (int i = 0; i < 3 * Admission.MANY; i++) {
      now += Admission.INTERVAL_NANOS / (2 * Admission.MANY);
      admission.admits(waited);
    }
  }
}
