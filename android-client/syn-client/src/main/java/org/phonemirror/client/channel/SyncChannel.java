package org.phonemirror.client.channel;

import java.util.concurrent.CompletionStage;
import org.phonemirror.sync.Acknowledgement;

/** Port: an authenticated way to one server. */
public interface SyncChannel extends AutoCloseable {
  /**
   * Sends an encoded message. Returns at once; at most one message is on its way at a time.
   *
   * @return the server's answer, whatever its status; or failed with a {@link ChannelException} if
   *     none came
   */
  CompletionStage<Acknowledgement> send(byte[] message);

  /** Ends the session with the server; what is on its way fails. */
  @Override
  void close();
}
