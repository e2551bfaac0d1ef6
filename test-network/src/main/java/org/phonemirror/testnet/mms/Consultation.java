package org.phonemirror.testnet.mms;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.phonemirror.core.mms.MessagePolicy;

/** Asks whether a message may pass. */
@FunctionalInterface
public interface Consultation {
  /** Whoever asks nobody. */
  Consultation NONE =
      passage -> CompletableFuture.completedFuture(new MessagePolicy.Decision.Proceed());

  /** Decides within a short time, whoever is dead; never fails. */
  CompletionStage<MessagePolicy.Decision> ask(MessagePolicy.Passage passage);
}
