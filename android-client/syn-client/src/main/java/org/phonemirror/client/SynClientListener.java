package org.phonemirror.client;

import java.util.List;
import org.phonemirror.client.clone.CloneProgress;
import org.phonemirror.sync.Notice;

/** Is told what the user or the device may want to know. Called on the engine's thread. */
public interface SynClientListener {
  /** Notices of the services have come with an acknowledgement, oldest first. */
  void notices(List<Notice> notices);

  /** Something was lost or refused; the text says what, and what follows from it. */
  void warning(String text);

  /**
   * The phone is being copied: input is to be refused, and nothing should change user storage. On a
   * thread of its own; when this returns, it is so.
   */
  default void frozen() {}

  /** The copy goes on. On a thread of its own. */
  default void copying(CloneProgress progress) {}

  /**
   * The copy has ended, and the phone goes on.
   *
   * @param copied whether all is there; else it begins again later, and goes on from there
   */
  default void thawed(boolean copied) {}
}
