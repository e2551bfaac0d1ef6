package org.phonemirror.client;

import java.util.List;
import org.phonemirror.sync.Notice;

/** Is told what the user or the device may want to know. Called on the engine's thread. */
public interface SynClientListener {
  /** Notices of the services have come with an acknowledgement, oldest first. */
  void notices(List<Notice> notices);

  /** Something was lost or refused; the text says what, and what follows from it. */
  void warning(String text);
}
