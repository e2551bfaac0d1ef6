package org.phonemirror.core.gateway.tcp;

/**
 * When to send again what is not acknowledged (RFC 6298 §5). The guest is nearer than any time-out
 * that is allowed, so that its round-trip time need not be measured.
 */
final class RetransmissionTimer {
  static final long NEVER = Long.MAX_VALUE;
  static final long FIRST_MICROS = 1_000_000;
  static final long LONGEST_MICROS = 60_000_000;

  /** After two minutes in which the guest's kernel has not said a word, it has no connection. */
  static final int MAX_TRIES = 6;

  private long timeout = FIRST_MICROS;
  private long due = NEVER;
  private int tries;

  long due() {
    return due;
  }

  /** Something is sent; the timer goes on if it runs. */
  void start(long now) {
    if (due == NEVER) {
      due = now + timeout;
    }
  }

  /**
   * The guest has acknowledged something new: the time begins anew for the rest, if there is any.
   */
  void progress(boolean rest, long now) {
    timeout = FIRST_MICROS;
    tries = 0;
    due = rest ? now + timeout : NEVER;
  }

  /** The guest is there, though it takes nothing (RFC 9293 §3.8.6.1). */
  void heard() {
    tries = 0;
  }

  /** The time is over, and it is sent again. Returns false if that was often enough. */
  boolean again(long now) {
    timeout = Math.min(2 * timeout, LONGEST_MICROS);
    due = now + timeout;
    return ++tries <= MAX_TRIES;
  }
}
