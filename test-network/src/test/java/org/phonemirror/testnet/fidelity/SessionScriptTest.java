package org.phonemirror.testnet.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.phonemirror.testnet.phone.Typist;

class SessionScriptTest {
  private final List<String> done = new ArrayList<>();

  @Test
  void everySessionOfTheCorpusCanBeTyped() throws IOException {
    List<SessionScript> corpus = SessionScript.corpus();
    assertThat(corpus).extracting(SessionScript::name).doesNotHaveDuplicates();
    for (SessionScript session : corpus) {
      assertThat(session.title()).isNotEqualTo(session.name());
      play(session);
    }
  }

  @Test
  void stepsAreDoneInOrder() throws IOException {
    play(SessionScript.parse("x", "# Title\nopen Notes\ntype a\\n\nsee Wrote\nkey ctrl-x\n"));
    assertThat(done)
        .containsExactly(
            "see Choose a program",
            "n",
            "ret",
            "a",
            "ret",
            "see Wrote",
            "ctrl",
            "x",
            "see Choose a program");
  }

  @Test
  void aWrongLineIsNamed() {
    assertThatThrownBy(() -> SessionScript.parse("x", "# Title\n\npause long\n"))
        .hasMessageContaining("x.session, line 3")
        .hasMessageContaining("long");
    assertThatThrownBy(() -> SessionScript.parse("x", "click here\n"))
        .hasMessageContaining("'click' is no step");
  }

  private void play(SessionScript session) throws IOException {
    Typist user =
        new Typist(
            (key, down) -> {
              if (down) {
                done.add(key);
              }
            },
            duration -> {});
    session.play(user, (text, time) -> done.add("see " + text));
  }
}
