package org.phonemirror.app.state;

import static org.assertj.core.api.Assertions.assertThat;

import android.app.Application;
import java.util.List;
import java.util.stream.Stream;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.phonemirror.core.download.fetch.Reason;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;

@RunWith(RobolectricTestRunner.class)
@Config(application = Application.class)
public class NoticeWordsTest {
  private static final String RAW = "what the server says";

  /** Of scans and uploads, as the operator's guide and the server's notices have them. */
  private static final List<String> OTHERS =
      List.of(
          "bad-request",
          "no-file",
          "changed",
          "unreadable",
          "limit",
          "unavailable",
          "wrong-order",
          "unknown-order",
          "too-late",
          "not-on-mirror",
          "no-service",
          "no-room",
          "unwritable",
          "expired");

  private final NoticeWords words = new NoticeWords(RuntimeEnvironment.getApplication());

  private String told(String reason) {
    return words.of(
        new Notice(
            "upload-failed", List.of(new Field("reason", reason), new Field(Notice.TEXT, RAW))));
  }

  @Test
  public void everyReasonHasItsWords() {
    Stream.concat(Stream.of(Reason.values()).map(Reason::word), OTHERS.stream())
        .forEach(reason -> assertThat(told(reason)).as(reason).isNotBlank().isNotEqualTo(RAW));
  }

  @Test
  public void aReasonThatIsNotKnownIsToldAsTheServerDoes() {
    assertThat(told("moon-phase")).isEqualTo(RAW);
    assertThat(words.of(new Notice("order-failed", List.of(new Field(Notice.TEXT, RAW)))))
        .isEqualTo(RAW);
  }

  @Test
  @Config(qualifiers = "de")
  public void theWordsAreInThePhonesLanguage() {
    assertThat(told("quota")).startsWith("für Sie");
  }
}
