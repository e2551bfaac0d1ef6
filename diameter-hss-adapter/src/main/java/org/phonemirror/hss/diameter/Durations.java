package org.phonemirror.hss.diameter;

import java.time.Duration;

/** Checks of configured values. */
public final class Durations {
  private Durations() {}

  /**
   * Checks a duration.
   *
   * @throws IllegalArgumentException if it is not longer than zero; the text names it
   */
  public static Duration positive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " is " + value + ", must be longer than zero");
    }
    return value;
  }
}
