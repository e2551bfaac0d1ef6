package org.phonemirror.core.gateway.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SentComparisonTest {
  private final SentComparison comparison = new SentComparison();

  private void sends(String text) {
    byte[] padded = ("__" + text + "__").getBytes(StandardCharsets.US_ASCII);
    comparison.sent(padded, 2, text.length());
  }

  private void expect(long place, String text) {
    comparison.expect(place, text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void eitherMayBeAhead() {
    sends("abc");
    assertThat(comparison.held()).isEqualTo("abc".getBytes(StandardCharsets.US_ASCII));
    expect(0, "ab");
    expect(2, "cdef");
    sends("d");
    sends("efgh");
    expect(6, "g");
    assertThat(comparison.mismatch()).isEqualTo(-1);
    assertThat(comparison.held()).isEqualTo("h".getBytes(StandardCharsets.US_ASCII));
    expect(7, "!");
    assertThat(comparison.mismatch()).isEqualTo(7);
    assertThat(comparison.sentBytes()).isEqualTo(8);
    assertThat(comparison.expectedBytes()).isEqualTo(8);
    assertThat(comparison.size()).isZero();
  }

  @Test
  void theFirstByteThatDiffersCounts() {
    expect(0, "hello");
    sends("help");
    sends("hello");
    assertThat(comparison.mismatch()).isEqualTo(3);
    assertThat(comparison.sentBytes()).isEqualTo(9);
  }

  @Test
  void behindATapeThatIsMissingNothingCanBeTheSame() {
    expect(0, "ab");
    expect(5, "fg");
    sends("ab");
    assertThat(comparison.mismatch()).isEqualTo(-1);
    sends("c");
    assertThat(comparison.mismatch()).isEqualTo(2);
    assertThat(comparison.expectedBytes()).isEqualTo(7);
  }

  @Test
  void littleIsHeld() {
    expect(0, "a");
    sends("a" + "b".repeat(SentComparison.HELD_BYTES));
    assertThat(comparison.mismatch()).isEqualTo(-1);
    sends("c");
    assertThat(comparison.mismatch()).isEqualTo(1 + SentComparison.HELD_BYTES);
    assertThat(comparison.held()).hasSize(SentComparison.HELD_BYTES);
  }
}
