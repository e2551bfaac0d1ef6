package org.phonemirror.app.control;

import java.time.Duration;
import java.util.Optional;

/** Port: what keeps the process alive and wakes the phone. May be called on any thread. */
public interface Shell {
  /** Calls {@link EngineRunner#wake} after this time, even if the phone sleeps; or not any more. */
  void alarm(Optional<Duration> after);

  /** Whether a session runs, so that the process has to stay. */
  void foreground(boolean runs);
}
