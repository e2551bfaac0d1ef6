package org.phonemirror.core.qemu.realtime;

import java.util.Locale;

/**
 * One of the phone's input devices, as the model numbers them, and what stands for it in the guest.
 *
 * @param kind what it is
 * @param x range of its horizontal axis on the phone (ABS_X, ABS_MT_POSITION_X)
 * @param y range of its vertical axis
 */
record InputDevice(Kind kind, Range x, Range y) {
  /** The greatest value of an axis in QEMU's monitor; the least is 0. */
  static final int QEMU_MAX = 32_767;

  /** Kinds of devices. */
  enum Kind {
    /** Keys. */
    KEYBOARD,
    /** Relative axes and buttons. */
    MOUSE,
    /** Absolute axes and buttons. */
    TABLET,
    /** Contacts (multitouch protocol B), or one contact as {@code ABS_X}, {@code ABS_Y}. */
    TOUCHSCREEN
  }

  /** Values of an axis. */
  record Range(int min, int max) {
    /** From {@code min..max}. */
    static Range parse(String name, String text) {
      String[] ends = text.split("\\.\\.", -1);
      try {
        Range range = new Range(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
        if (ends.length == 2 && range.min < range.max) {
          return range;
        }
      } catch (NumberFormatException e) {
        // told below
      }
      throw new IllegalArgumentException("'" + name + "' must be MIN..MAX, not '" + text + "'");
    }

    /** A value in QEMU's range. */
    int scaled(int value) {
      long bounded = Math.max(min, Math.min(max, value));
      long width = (long) max - min;
      return (int) (((bounded - min) * QEMU_MAX + width / 2) / width);
    }
  }

  static InputDevice parse(String name, ModelValues text) {
    Kind kind = text.choice(name, Kind.class, Kind.KEYBOARD);
    String whole = "0.." + QEMU_MAX;
    return new InputDevice(
        kind,
        Range.parse(name + ".x", text.or(name + ".x", whole)),
        Range.parse(name + ".y", text.or(name + ".y", whole)));
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
