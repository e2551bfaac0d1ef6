package org.phonemirror.core.upload;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** Whatever a relay or a web server answers is read or refused. */
class AnswerFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void answerIsReadOrRefused(byte[] bytes) {
    try {
      HttpAnswer answer = HttpAnswer.read(new ByteArrayInputStream(bytes), false);
      assertThat(answer.status()).isBetween(200, 599);
      assertThat(answer.body().length).isLessThanOrEqualTo(bytes.length);
    } catch (IOException e) {
      assertThat(e.toString()).isNotBlank();
    }
  }
}
