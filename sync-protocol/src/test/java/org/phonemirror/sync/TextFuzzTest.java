package org.phonemirror.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Whatever signalling brings as text is read or refused. */
class TextFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void settingsAreReadOrRefused(byte[] bytes) {
    try {
      SyncSettings settings = SyncSettings.parse(new String(bytes, StandardCharsets.UTF_8));
      assertThat(SyncSettings.parse(settings.format()).identity()).isEqualTo(settings.identity());
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @FuzzTest(maxDuration = "60s")
  void noticeIsReadOrRefused(byte[] bytes) {
    try {
      Notice notice = NoticeText.parse(new String(bytes, StandardCharsets.UTF_8));
      assertThat(NoticeText.parse(NoticeText.format(notice))).isEqualTo(notice);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @FuzzTest(maxDuration = "60s")
  void paperTraceIsReadOrRefused(byte[] bytes) {
    try {
      assertThat(PaperTrace.read(bytes)).isNotNull();
    } catch (MalformedMessageException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
