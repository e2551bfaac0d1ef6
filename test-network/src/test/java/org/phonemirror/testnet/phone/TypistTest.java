package org.phonemirror.testnet.phone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TypistTest {
  private final List<String> seen = new ArrayList<>();
  private final Typist typist =
      new Typist(
          (key, down) -> seen.add((down ? "+" : "-") + key),
          duration -> seen.add(duration.toMillis() + "ms"));

  @Test
  void eachKeyIsUpBeforeTheNextGoesDown() throws IOException {
    typist.type("a\n");

    assertThat(seen).containsExactly("+a", "50ms", "-a", "100ms", "+ret", "50ms", "-ret", "100ms");
  }

  @Test
  void aModifierIsHeldAroundItsKey() throws IOException {
    typist.type("A").key("ctrl-o");

    assertThat(seen)
        .containsExactly(
            "+shift", "+a", "50ms", "-a", "-shift", "100ms", "+ctrl", "+o", "50ms", "-o", "-ctrl",
            "100ms");
  }

  @Test
  void nothingIsTypedOfATextThatCantBe() {
    assertThatThrownBy(() -> typist.type("naïve")).isInstanceOf(IllegalArgumentException.class);

    assertThat(seen).isEmpty();
  }

  @Test
  void noKeyStaysDownWhenTheTypistIsInterrupted() {
    Typist interrupted =
        new Typist(
            (key, down) -> seen.add((down ? "+" : "-") + key),
            duration -> {
              throw new IOException("interrupted");
            });

    assertThatThrownBy(() -> interrupted.key("ctrl-x")).hasMessage("interrupted");
    assertThat(seen).containsExactly("+ctrl", "+x", "-x", "-ctrl");
  }
}
