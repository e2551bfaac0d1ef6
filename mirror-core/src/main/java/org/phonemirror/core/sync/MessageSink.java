package org.phonemirror.core.sync;

import java.util.concurrent.CompletionStage;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.SyncMessage;

/** Takes the phones' messages. */
@FunctionalInterface
public interface MessageSink {
  /**
   * Takes a message from a phone that the channel has authenticated. Returns at once.
   *
   * @param encoded the message as it came, which is what the journal keeps
   * @return the answer, when the message is durable or refused; a failure is answered as {@link
   *     Acknowledgement.Status#UNAVAILABLE}
   */
  CompletionStage<Acknowledgement> accept(Impu subscriber, SyncMessage message, byte[] encoded);
}
