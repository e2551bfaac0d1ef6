package org.phonemirror.sync;

import java.nio.charset.StandardCharsets;

/** The checks that every record makes of itself; what fails them never comes into being. */
final class Check {
  private Check() {}

  static void range(String what, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          what + " is " + value + ", must be from " + min + " to " + max);
    }
  }

  static void text(String what, String text, int maxBytes) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > maxBytes) {
      throw new IllegalArgumentException(what + " has " + bytes + " bytes, at most " + maxBytes);
    }
  }
}
