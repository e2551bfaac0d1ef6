package org.phonemirror.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Whatever comes over the network is a message or is refused. Runs over the inputs in the
 * resources; with JAZZER_FUZZ=1 it looks for more.
 */
class SyncCodecFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void messageIsReadOrRefused(byte[] bytes) {
    try {
      SyncMessage message = SyncCodec.decode(bytes);
      byte[] again = SyncCodec.encode(message);
      assertThat(SyncCodec.encode(decoded(again))).isEqualTo(again);
    } catch (MalformedMessageException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @FuzzTest(maxDuration = "60s")
  void acknowledgementIsReadOrRefused(byte[] bytes) {
    try {
      SyncCodec.decodeAcknowledgement(bytes);
    } catch (MalformedMessageException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static SyncMessage decoded(byte[] bytes) {
    try {
      return SyncCodec.decode(bytes);
    } catch (MalformedMessageException e) {
      throw new AssertionError("what was read cannot be written and read again", e);
    }
  }
}
