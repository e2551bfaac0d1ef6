package org.phonemirror.app.ui;

import java.util.Locale;
import java.util.Optional;

/** What an owner types as a recipient, as an address of the upload relay. */
final class Recipients {
  private Recipients() {}

  /**
   * Reads an address: {@code a@b} becomes {@code mailto:a@b}, a telephone number {@code mms:...},
   * and what has one of the schemes stays.
   *
   * @return empty if it is none
   */
  static Optional<String> parse(String typed) {
    String text = typed.trim();
    String lower = text.toLowerCase(Locale.ROOT);
    String number = lower.matches("(?s)(mms|tel):.+") ? text.substring("mms:".length()) : text;
    if (isNumber(number)) {
      return Optional.of("mms:" + number.replaceAll("[^+0-9]", ""));
    }
    if (lower.matches("https?://[^/\\s]+\\S*")) {
      return Optional.of(text);
    }
    String bare = lower.startsWith("mailto:") ? text.substring("mailto:".length()) : text;
    return bare.matches("[^@:/?\\s]+@[^@:/?\\s]+")
        ? Optional.of("mailto:" + bare)
        : Optional.empty();
  }

  private static boolean isNumber(String text) {
    return text.matches("\\+?[0-9][0-9 ()/.-]*") && text.replaceAll("[^0-9]", "").length() >= 3;
  }
}
