package org.phonemirror.core.qemu.realtime;

import java.util.Locale;
import org.phonemirror.core.input.Axis;
import org.phonemirror.core.qemu.ModelValues;

/**
 * One of the phone's input devices, as the model numbers them, and what stands for it in the guest.
 *
 * @param kind what it is
 * @param x range of its horizontal axis on the phone (ABS_X, ABS_MT_POSITION_X)
 * @param y range of its vertical axis
 */
record InputDevice(Kind kind, Axis x, Axis y) {
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

  static InputDevice parse(String name, ModelValues text) {
    Kind kind = text.choice(name, Kind.class, Kind.KEYBOARD);
    String whole = "0.." + QEMU_MAX;
    return new InputDevice(
        kind,
        Axis.parse(name + ".x", text.or(name + ".x", whole)),
        Axis.parse(name + ".y", text.or(name + ".y", whole)));
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
