package org.phonemirror.sync;

/**
 * Every limit of the protocol, in one place. A message beyond one of them is refused, never cut.
 */
public final class Limits {
  /** Longest encoded message, in bytes; CoAP carries it block by block (RFC 7959). */
  public static final int MAX_MESSAGE_BYTES = 256 * 1024;

  /** Most input events in one batch. A person's 10 minutes of steady touch are about 60,000. */
  public static final int MAX_EVENTS = 65_536;

  /** Longest synchronization interval, in microseconds: one day. */
  public static final long MAX_INTERVAL_MICROS = 24L * 3600 * 1_000_000;

  /** Shortest synchronization interval that a phone may be set to, in microseconds: one second. */
  public static final long MIN_INTERVAL_MICROS = 1_000_000;

  /** Input devices are numbered from 0 in the order of the phone model. */
  public static final int MAX_DEVICE = 15;

  /** Highest evdev type ({@code EV_MAX}, linux/input-event-codes.h). */
  public static final int MAX_EVENT_TYPE = 0x1f;

  /** Highest evdev code ({@code KEY_MAX}, linux/input-event-codes.h). */
  public static final int MAX_EVENT_CODE = 0x2ff;

  /** Most unsettled paths that a digest names; beyond it the digest names their directories. */
  public static final int MAX_UNSETTLED = 64;

  /** Longest path in user storage, in bytes of UTF-8 ({@code PATH_MAX}, linux/limits.h). */
  public static final int MAX_PATH_BYTES = 4096;

  /** Longest other text (phone model, notice), in bytes of UTF-8. */
  public static final int MAX_TEXT_BYTES = 1024;

  /** Most notices in one acknowledgement; the rest wait for the next. */
  public static final int MAX_NOTICES = 32;

  /** Most messages that a client keeps while the server cannot be reached. */
  public static final int MAX_QUEUED_MESSAGES = 4096;

  private Limits() {}
}
