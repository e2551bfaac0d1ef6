package org.phonemirror.app.control;

import java.time.Duration;
import java.util.Optional;

/**
 * Port: what keeps the process alive, and wakes or freezes the phone. May be called on any thread.
 */
public interface Shell {
  /** Calls {@link EngineRunner#wake} after this time, even if the phone sleeps; or not any more. */
  void alarm(Optional<Duration> after);

  /**
   * Keeps input from all apps while the phone is frozen for its copy, or not any more. Not for the
   * main thread: that it is so is waited for.
   *
   * @return whether it is so; false if this app may not cover the others
   */
  boolean freeze(boolean now);

  /** Whether a session runs, so that the process has to stay. */
  void foreground(boolean runs);
}
