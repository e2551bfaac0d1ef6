package org.phonemirror.app.model;

import java.time.Instant;
import java.util.Optional;

/**
 * The latest scan of the user storage on the mirror.
 *
 * @param state how far it is
 * @param at when it was ordered, or has ended; empty if there was none
 * @param done files that were looked at
 * @param total files that are to be looked at, as far as the server has told; else 0
 * @param unreadable files that could not be looked at, which are never called clean
 * @param text for people: why it failed
 */
public record Scan(
    State state, Optional<Instant> at, long done, long total, long unreadable, String text) {
  /** Before the first one. */
  public static final Scan NONE = new Scan(State.NONE, Optional.empty(), 0, 0, 0, "");

  /** How far it is. */
  public enum State {
    /** There was none. */
    NONE,
    /** Ordered; the server has the order with the next interval. */
    ORDERED,
    /** {@code scan-progress} has come. */
    RUNNING,
    /** {@code scan-result} has come. */
    DONE,
    /** {@code scan-failed} has come, or the order could not be given. */
    FAILED
  }
}
