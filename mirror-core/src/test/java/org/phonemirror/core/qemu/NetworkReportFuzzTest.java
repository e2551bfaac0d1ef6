package org.phonemirror.core.qemu;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

/** Whatever lines a guest says, they are a report's, or none's, or refused. */
class NetworkReportFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void linesAreReadOrRefused(byte[] input) {
    NetworkReportReader reader = new NetworkReportReader(1_000_000);
    try {
      for (String line : new String(input, ISO_8859_1).split("\n", -1)) {
        reader.take(line);
      }
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
