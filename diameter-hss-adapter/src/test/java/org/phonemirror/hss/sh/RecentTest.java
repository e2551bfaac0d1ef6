package org.phonemirror.hss.sh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentTest {
  private final Recent<Integer> recent = new Recent<>();

  @Test
  void whatCameLatelyIsKnownAndTheOldestIsForgotten() {
    recent.keep("first", 1);
    for (int i = 0; i < 255; i++) {
      recent.keep("text " + i, i);
    }
    assertThat(recent.find("first")).as("used now").contains(1);
    recent.keep("one more", 2);
    assertThat(recent.find("first")).contains(1);
    assertThat(recent.find("text 0")).as("longest unused").isEmpty();
    assertThat(recent.find("text 1")).contains(1);
  }

  @Test
  void longTextsAreNotKept() {
    recent.keep("x".repeat(5000), 1);
    assertThat(recent.find("x".repeat(5000))).isEmpty();
  }
}
