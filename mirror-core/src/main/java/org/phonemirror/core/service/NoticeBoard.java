package org.phonemirror.core.service;

import java.util.concurrent.CompletionStage;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.Notice;

/** Where services leave what they have to tell phone owners. */
@FunctionalInterface
public interface NoticeBoard {
  /**
   * Tells a subscriber, in the answer to the phone's next message, at least once. Beyond what a
   * mirror keeps for a phone that is away the oldest are given up.
   *
   * @return done when the notice is durable; a subscriber without a mirror is not told
   */
  CompletionStage<Void> tell(Impu subscriber, Notice notice);
}
