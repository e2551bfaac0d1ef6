package org.phonemirror.app.model;

import java.time.Instant;

/**
 * A line of the log for support.
 *
 * @param at when
 * @param level how bad it is
 * @param text what has happened, in English, as support reads it
 */
public record LogLine(Instant at, Level level, String text) {
  /** How bad it is. */
  public enum Level {
    INFO,
    WARNING,
    ERROR
  }
}
