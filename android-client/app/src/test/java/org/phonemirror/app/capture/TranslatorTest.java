package org.phonemirror.app.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.phonemirror.client.input.InputSink;
import org.phonemirror.sync.InputEvent;

class TranslatorTest {
  private final List<InputEvent> events = new ArrayList<>();
  private long lost;
  private final Translator translator =
      new Translator(
          new InputSink() {
            @Override
            public void report(List<InputEvent> report) {
              events.addAll(report);
            }

            @Override
            public void lost(long atLeast) {
              lost += atLeast;
            }
          });

  private List<String> keys() {
    return events.stream().map(e -> e.code() + (e.value() == 1 ? "+" : "-")).toList();
  }

  @Test
  void typedTextIsTheKeysThatGiveIt() {
    translator.typed(1_000_000, "Hi", 0, 0, 2);
    assertThat(keys()).containsExactly("42+", "35+", "35-", "42-", "23+", "23-");
    assertThat(events).extracting(InputEvent::device).containsOnly(0);
    assertThat(events).extracting(InputEvent::timeMicros).isSorted().doesNotHaveDuplicates();
    assertThat(lost).isZero();
  }

  @Test
  void takenBackTextIsBackspaces() {
    translator.typed(1_000_000, "a ", 1, 2, 1);
    assertThat(keys()).containsExactly("14+", "14-", "14+", "14-", "57+", "57-");
  }

  @Test
  void whatNoKeyGivesIsLost() {
    translator.typed(1_000_000, "aß", 0, 0, 2);
    assertThat(keys()).containsExactly("30+", "30-");
    assertThat(lost).isEqualTo(1);
  }

  @Test
  void aChangeInTheMiddleIsLostAndSoIsAWholeLetter() {
    translator.typed(1_000_000, "abc", 1, 0, 1);
    translator.typed(1_000_000, "x".repeat(300), 0, 0, 300);
    assertThat(events).isEmpty();
    assertThat(lost).isEqualTo(301);
  }

  @Test
  void aClickIsATouchInTheMiddle() {
    translator.clicked(1_000_000, 0.5, 2);
    assertThat(events)
        .containsExactly(
            new InputEvent(1_000_000, 1, InputEvent.EV_ABS, 0, 16384),
            new InputEvent(1_000_000, 1, InputEvent.EV_ABS, 1, 32767),
            new InputEvent(1_000_000, 1, InputEvent.EV_KEY, 0x110, 1),
            new InputEvent(1_000_001, 1, InputEvent.EV_KEY, 0x110, 0));
  }
}
