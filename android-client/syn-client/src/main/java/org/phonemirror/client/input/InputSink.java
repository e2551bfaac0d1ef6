package org.phonemirror.client.input;

import java.util.List;
import org.phonemirror.sync.InputEvent;

/** Takes what an {@link InputSource} delivers; called from any thread, returns at once. */
public interface InputSink {
  /**
   * Takes one report: what one device told between two {@code SYN_REPORT}.
   *
   * @param report not empty; all of the same device and time
   */
  void report(List<InputEvent> report);

  /**
   * Events are known to be missing.
   *
   * @param atLeast how many, at least
   */
  void lost(long atLeast);
}
