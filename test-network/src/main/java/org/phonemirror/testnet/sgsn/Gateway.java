package org.phonemirror.testnet.sgsn;

import java.io.IOException;
import org.phonemirror.testnet.gtp.ContextRequest;
import org.phonemirror.testnet.gtp.PdpContext;

/** Who opens PDP contexts. */
public interface Gateway extends AutoCloseable {
  /**
   * A request and its response, as they were on the wire.
   *
   * @param request datagram
   * @param response datagram
   */
  record Exchange(byte[] request, byte[] response) {}

  /**
   * Opens a context.
   *
   * @throws IOException if it is refused or nobody answers; the message tells which
   */
  PdpContext open(ContextRequest asked) throws IOException;

  /**
   * Closes a context.
   *
   * @throws IOException if nobody answers
   */
  Exchange close(PdpContext context) throws IOException;

  @Override
  void close() throws IOException;
}
