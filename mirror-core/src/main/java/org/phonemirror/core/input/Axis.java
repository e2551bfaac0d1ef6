package org.phonemirror.core.input;

/**
 * Values of an axis of an input device, as {@code EVIOCGABS} tells.
 *
 * @param min the least
 * @param max the greatest
 */
public record Axis(int min, int max) {
  public Axis {
    if (min >= max) {
      throw new IllegalArgumentException("an axis from " + min + " to " + max);
    }
  }

  /**
   * Reads {@code MIN..MAX}.
   *
   * @param name what it is, for the message of the {@link IllegalArgumentException}
   */
  public static Axis parse(String name, String text) {
    String[] ends = text.strip().split("\\.\\.", -1);
    if (ends.length == 2) {
      try {
        return new Axis(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(refusal(name, text), e);
      }
    }
    throw new IllegalArgumentException(refusal(name, text));
  }

  private static String refusal(String name, String text) {
    return "'" + name + "' must be MIN..MAX, not '" + text + "'";
  }

  /** The nearest value of an axis from 0 to {@code most}; what lies outside is at its end. */
  public int scaled(int value, int most) {
    long bounded = Math.max(min, Math.min(max, value));
    long width = (long) max - min;
    return (int) (((bounded - min) * most + width / 2) / width);
  }
}
