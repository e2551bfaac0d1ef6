package org.phonemirror.core.upload;

import java.time.Duration;
import java.util.Optional;

/** How a sending ended. */
sealed interface Outcome {
  /** The other side has taken it. */
  record Sent() implements Outcome {}

  /**
   * It has not, or nobody knows; another attempt may do.
   *
   * @param answered whether the other side itself said that it has not
   * @param after what the other side asks to wait
   */
  record Later(String text, boolean answered, Optional<Duration> after) implements Outcome {
    static Later unknown(String text) {
      return new Later(text, false, Optional.empty());
    }

    static Later answered(String text) {
      return new Later(text, true, Optional.empty());
    }
  }

  /** It never will. */
  record Never(Reason reason, String text) implements Outcome {}
}
