package org.phonemirror.core.download.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** Whatever a web server answers is read or refused. */
class AnswerFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void headIsReadOrRefused(byte[] bytes) {
    try {
      Head head = Head.read(new ByteArrayInputStream(bytes));
      assertThat(head.status()).isBetween(200, 599);
      assertThat(head.length().orElse(0)).isNotNegative();
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
