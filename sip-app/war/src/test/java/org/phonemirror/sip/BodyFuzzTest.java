package org.phonemirror.sip;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Whatever body a REGISTER or NOTIFY has, it tells something or nothing. */
class BodyFuzzTest {
  /** The first line is the Content-Type, the rest the body. */
  @FuzzTest(maxDuration = "60s")
  void registrationBodyTellsSomethingOrNothing(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    String type = new String(bytes, 0, end, StandardCharsets.UTF_8);
    byte[] body = Arrays.copyOfRange(bytes, Math.min(end + 1, bytes.length), bytes.length);
    assertThat(RegistrationBody.parse(type, body)).isNotNull();
  }

  @FuzzTest(maxDuration = "60s")
  void registrationInformationTellsSomethingOrNothing(byte[] bytes) {
    assertThat(RegInfo.parse(bytes)).isNotNull();
  }
}
