package org.phonemirror.client.clone;

import java.io.IOException;
import org.phonemirror.sync.CloneReply;
import org.phonemirror.sync.CloneRequest;

/** Port: the way to the server that takes the copy. */
@FunctionalInterface
public interface CloneChannel {
  /**
   * Sends a request and waits for its reply.
   *
   * @throws IOException if there is none; the same may be sent again
   * @throws CloneGoneException if the server takes nothing at this address any more
   */
  CloneReply send(CloneRequest request) throws IOException;
}
