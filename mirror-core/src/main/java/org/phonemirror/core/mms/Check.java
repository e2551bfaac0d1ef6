package org.phonemirror.core.mms;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What can be written at all. */
final class Check {
  /** Numbers of the wire that fit into a Java long with room to calculate. */
  static final long MAX_NUMBER = (1L << 48) - 1;

  private Check() {}

  static void text(String name, String value) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          name + " has a NUL character, which ends texts on the wire");
    }
    if (value.getBytes(StandardCharsets.UTF_8).length > MmsLimits.TEXT_BYTES) {
      throw new IllegalArgumentException(
          name + " is longer than " + MmsLimits.TEXT_BYTES + " bytes: shorten it");
    }
  }

  static void number(String name, long value) {
    if (value < 0 || value > MAX_NUMBER) {
      throw new IllegalArgumentException(name + " is " + value + ", must be 0 to " + MAX_NUMBER);
    }
  }

  /** In whole seconds, as dates are on the wire. */
  static Instant date(Instant date) {
    number("date", date.getEpochSecond());
    return date.truncatedTo(ChronoUnit.SECONDS);
  }
}
