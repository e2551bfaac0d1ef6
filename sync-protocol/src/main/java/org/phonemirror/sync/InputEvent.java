package org.phonemirror.sync;

/**
 * One Linux input event (struct input_event, linux/input.h) of one of the phone's input devices.
 *
 * <p>{@code SYN_REPORT} is not a value of its own: neighbouring events of the same device and time
 * are one report, and whoever injects them ends the report. An event source therefore gives two
 * reports of a device different times, if need be by a microsecond.
 *
 * @param timeMicros when it happened, in microseconds since the epoch (UTC), by the phone's clock
 * @param device number of the input device in the phone model, 0 to {@link Limits#MAX_DEVICE}
 * @param type evdev type, for example {@link #EV_KEY}
 * @param code evdev code, for example a key's
 * @param value evdev value; for keys 1 is press, 0 is release
 */
public record InputEvent(long timeMicros, int device, int type, int code, int value) {
  /** Synchronization events, which are implied here. */
  public static final int EV_SYN = 0x00;

  /** Keys and buttons. */
  public static final int EV_KEY = 0x01;

  /** Absolute axes: touch screens and tablets. */
  public static final int EV_ABS = 0x03;

  /** The power key (linux/input-event-codes.h). */
  public static final int KEY_POWER = 116;

  public InputEvent {
    Check.range("time", timeMicros, 0, Long.MAX_VALUE / 4);
    Check.range("device", device, 0, Limits.MAX_DEVICE);
    Check.range("event type", type, 1, Limits.MAX_EVENT_TYPE);
    Check.range("event code", code, 0, Limits.MAX_EVENT_CODE);
  }
}
