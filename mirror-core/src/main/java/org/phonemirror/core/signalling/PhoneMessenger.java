package org.phonemirror.core.signalling;

import java.util.concurrent.CompletionStage;
import org.phonemirror.core.subscriber.Impu;

/** Port: sends a phone a message through the network's signalling (RFC 3428). */
@FunctionalInterface
public interface PhoneMessenger {
  /**
   * Sends it.
   *
   * @param contentType MIME type of the body
   * @return done when the phone has answered with success; fails with an {@link
   *     java.io.IOException} that tells the final response or the time-out
   */
  CompletionStage<Void> send(Impu subscriber, String contentType, String body);
}
