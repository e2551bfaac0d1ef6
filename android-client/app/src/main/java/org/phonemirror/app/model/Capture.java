package org.phonemirror.app.model;

/**
 * How the owner's input is seen, and how much.
 *
 * @param means in use
 * @param events seen today
 * @param withheld events of fields for passwords that were kept back today
 */
public record Capture(Means means, long events, long withheld) {
  /** How input is seen. */
  public enum Means {
    /** Not at all: the app is no system app, and its accessibility service is off. */
    NONE,
    /** By the accessibility service: what apps tell of clicks, text and scrolling. */
    ACCESSIBILITY,
    /** As a system app, from {@code /dev/input/event*}: every touch and key. */
    SYSTEM
  }
}
