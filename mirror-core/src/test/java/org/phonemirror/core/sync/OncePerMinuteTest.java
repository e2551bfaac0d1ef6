package org.phonemirror.core.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class OncePerMinuteTest {
  private Instant now = Instant.EPOCH;
  private final OncePerMinute logged =
      new OncePerMinute(
          new Clock() {
            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }

            @Override
            public Instant instant() {
              return now;
            }
          });

  @Test
  void eachNamePassesOnceAMinute() {
    assertThat(logged.passes("a")).isTrue();
    assertThat(logged.passes("a")).isFalse();
    assertThat(logged.passes("b")).isTrue();
    now = now.plusSeconds(59);
    assertThat(logged.passes("a")).isFalse();
    now = now.plusSeconds(1);
    assertThat(logged.passes("a")).isTrue();
  }

  @Test
  void remembersABoundedNumberOfNames() {
    assertThat(logged.passes("first")).isTrue();
    for (int i = 0; i < 5000; i++) {
      logged.passes("flood " + i);
    }
    assertThat(logged.passes("flood 4999")).isFalse();
    assertThat(logged.passes("first")).isTrue();
  }

  @Test
  void whatAnybodyCanSendIsMadeFitForALog() {
    assertThat(KeyRingPskStore.printable("a\nb\u001b[31m")).isEqualTo("a?b?[31m");
    assertThat(KeyRingPskStore.printable("x".repeat(500))).hasSize(131).endsWith("...");
  }
}
