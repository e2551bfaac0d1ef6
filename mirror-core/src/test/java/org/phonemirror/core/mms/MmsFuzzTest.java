package org.phonemirror.core.mms;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Whatever a phone sends is a message or is refused; what was read can be written and read. */
class MmsFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void messageIsReadOrRefused(byte[] bytes) {
    assertThat(MmsDecoder.transactionId(bytes)).isNotNull();
    try {
      MmsMessage message = MmsDecoder.decode(bytes);
      assertThat(decoded(MmsEncoder.encode(message))).isEqualTo(message);
    } catch (MalformedMmsException e) {
      assertThat(e.offset()).isBetween(0, bytes.length);
    }
  }

  private static MmsMessage decoded(byte[] bytes) {
    try {
      return MmsDecoder.decode(bytes);
    } catch (MalformedMmsException e) {
      throw new AssertionError("what was read cannot be written and read again", e);
    }
  }
}
