package org.phonemirror.testnet.phone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsKeyboardTest {
  @Test
  void everyPrintableCharacterHasKeysOfItsOwn() {
    Set<List<String>> chords = new HashSet<>();
    for (char c = ' '; c <= '~'; c++) {
      assertThat(chords.add(UsKeyboard.character(c))).as("keys of '%c'", c).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "a, a",
        "Z, shift z",
        "7, 7",
        "&, shift 7",
        "), shift 0",
        "', apostrophe",
        "\", shift apostrophe",
        "_, shift minus",
        "|, shift backslash",
        "~, shift grave_accent",
        ":, shift semicolon",
        "?, shift slash",
        "{, shift bracket_left"
      })
  void charactersAreWhereAUsKeyboardHasThem(String character, String keys) {
    assertThat(UsKeyboard.character(character.charAt(0))).containsExactly(keys.split(" ", -1));
  }

  @ParameterizedTest
  @CsvSource({
    "ctrl-o, ctrl o",
    "ret, ret",
    "shift-tab, shift tab",
    "ctrl-alt-delete, ctrl alt delete",
    "ctrl--, ctrl minus",
    "-, minus",
    "ctrl-_, ctrl shift minus",
    "alt-f2, alt f2"
  })
  void chordsAreModifiersAndAKey(String chord, String keys) {
    assertThat(UsKeyboard.chord(chord)).containsExactly(keys.split(" ", -1));
  }

  @Test
  void whatNoKeyMakesIsNamed() {
    assertThatThrownBy(() -> UsKeyboard.character('é'))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'é' (U+00E9)");
    assertThatThrownBy(() -> UsKeyboard.chord("hyper-x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'hyper' in 'hyper-x'");
    assertThatThrownBy(() -> UsKeyboard.chord("ctrl-enter"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'enter' in 'ctrl-enter' is no key");
    assertThatThrownBy(() -> UsKeyboard.chord("")).isInstanceOf(IllegalArgumentException.class);
  }
}
