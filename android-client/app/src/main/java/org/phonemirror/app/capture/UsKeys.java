package org.phonemirror.app.capture;

import java.util.OptionalInt;

/** Which keys of a keyboard with the US layout give a character (linux/input-event-codes.h). */
final class UsKeys {
  static final int BACKSPACE = 14;
  static final int LEFT_SHIFT = 42;

  private static final String[] PLAIN = {
    "1234567890-=", "qwertyuiop[]\n", "asdfghjkl;'`", "\\zxcvbnm,./"
  };
  private static final String[] SHIFTED = {
    "!@#$%^&*()_+", "QWERTYUIOP{}", "ASDFGHJKL:\"~", "|ZXCVBNM<>?"
  };
  private static final int[] FIRST = {2, 16, 30, 43};
  private static final int TAB = 15;
  private static final int SPACE = 57;

  private UsKeys() {}

  /** The key's code; empty if the layout has no such character. */
  static OptionalInt code(char c) {
    if (c == ' ') {
      return OptionalInt.of(SPACE);
    }
    if (c == '\t') {
      return OptionalInt.of(TAB);
    }
    for (int row = 0; row < PLAIN.length; row++) {
      int at = Math.max(PLAIN[row].indexOf(c), SHIFTED[row].indexOf(c));
      if (at >= 0) {
        return OptionalInt.of(FIRST[row] + at);
      }
    }
    return OptionalInt.empty();
  }

  /** Whether it takes a shift key. */
  static boolean isShifted(char c) {
    for (String row : SHIFTED) {
      if (row.indexOf(c) >= 0) {
        return true;
      }
    }
    return false;
  }
}
