package org.phonemirror.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class NoticeTextTest {
  private static final Notice NOTICE =
      new Notice(
          "file-cached",
          List.of(
              new Field("order", "7"),
              new Field("url", "http://host/a: b"),
              new Field("name", "ünï"),
              new Field("name", ""),
              new Field("text", "two\nlines\r\nand a \\n that is none")));

  @Test
  void whatIsWrittenCanBeRead() {
    String text = NoticeText.format(NOTICE);
    assertThat(text)
        .startsWith("topic: file-cached\norder: 7\n")
        .hasLineCount(NOTICE.fields().size() + 1);
    assertThat(NoticeText.parse(text)).isEqualTo(NOTICE);
    assertThat(NoticeText.parse(text.replace("\n", "\r\n"))).isEqualTo(NOTICE);
  }

  @Test
  void whatIsNoNoticeIsRefused() {
    assertThatThrownBy(() -> NoticeText.parse("")).hasMessageContaining("topic:");
    assertThatThrownBy(() -> NoticeText.parse("order: 7\n")).hasMessageContaining("topic:");
    assertThatThrownBy(() -> NoticeText.parse("topic: x\nnonsense\n"))
        .hasMessageContaining("'nonsense'");
    assertThatThrownBy(() -> NoticeText.parse("topic: x\n" + "a: b\n".repeat(1000)))
        .hasMessageContaining("number of lines");
    Notice odd = new Notice("x", List.of(new Field("a\nb", "c")));
    assertThatThrownBy(() -> NoticeText.format(odd)).hasMessageContaining("field");
  }
}
