package org.phonemirror.core.tape;

import org.phonemirror.core.subscriber.Impu;

/** Port: takes what signalling carries, for the tapes. */
@FunctionalInterface
public interface SessionRecorder {
  /**
   * Records content of a subscriber's session. Returns at once, whatever happens to the recording:
   * beyond its limits content is dropped and counted, and never held up.
   */
  void record(Impu subscriber, SessionContent content);
}
