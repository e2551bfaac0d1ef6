package org.phonemirror.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.phonemirror.sync.PaperTrace.Tap;

class PaperTraceTest {
  private static final List<Tap> TAPS =
      List.of(new Tap(1_000_000, 1_090_000, 30), new Tap(1_050_000, 1_090_000, 48));

  @Test
  void readsWhatItWrote() throws Exception {
    byte[] trace = PaperTrace.write(TAPS);

    assertThat(trace).hasSize(64);
    assertThat(trace[0]).isEqualTo((byte) 0x40); // 1,000,000 = 0x0f4240, little-endian
    assertThat(trace[16]).isEqualTo((byte) 30);
    assertThat(PaperTrace.read(trace)).isEqualTo(TAPS);
  }

  @Test
  void importsOverlappingTapsInOrderWithTimesApart() {
    assertThat(PaperTrace.toEvents(TAPS, 0))
        .containsExactly(
            new InputEvent(1_000_000, 0, InputEvent.EV_KEY, 30, 1),
            new InputEvent(1_050_000, 0, InputEvent.EV_KEY, 48, 1),
            new InputEvent(1_090_000, 0, InputEvent.EV_KEY, 30, 0),
            new InputEvent(1_090_001, 0, InputEvent.EV_KEY, 48, 0));
  }

  @Test
  void tellsWhichRecordIsWrong() {
    byte[] trace = PaperTrace.write(TAPS);
    assertThatThrownBy(() -> PaperTrace.read(java.util.Arrays.copyOf(trace, 63)))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("byte 32");

    trace[50] = 0x7f; // key id far too high
    assertThatThrownBy(() -> PaperTrace.read(trace))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("record at byte 32: key id");

    trace[25] = 1;
    assertThatThrownBy(() -> PaperTrace.read(trace)).hasMessageContaining("byte 25");
  }
}
