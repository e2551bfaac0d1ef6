package org.phonemirror.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Whatever a phone or a server posts is read or refused. */
class CloneCodecFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void requestIsReadOrRefused(byte[] bytes) {
    try {
      CloneRequest request = CloneCodec.decodeRequest(bytes);
      assertThat(CloneCodec.decodeRequest(CloneCodec.encode(request))).isEqualTo(request);
    } catch (MalformedMessageException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @FuzzTest(maxDuration = "60s")
  void replyIsReadOrRefused(byte[] bytes) {
    try {
      CloneReply reply = CloneCodec.decodeReply(bytes);
      assertThat(CloneCodec.decodeReply(CloneCodec.encode(reply))).isEqualTo(reply);
    } catch (MalformedMessageException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @FuzzTest(maxDuration = "60s")
  void manifestIsReadOrRefused(byte[] bytes) {
    try {
      CloneManifest manifest = CloneCodec.decodeManifest(bytes);
      assertThat(CloneCodec.decodeManifest(CloneCodec.encode(manifest))).isEqualTo(manifest);
    } catch (MalformedMessageException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
