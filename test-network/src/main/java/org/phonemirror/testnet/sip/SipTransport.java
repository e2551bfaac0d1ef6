package org.phonemirror.testnet.sip;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Carries SIP messages (RFC 3261 §18), whole ones in both directions. */
interface SipTransport extends AutoCloseable {
  /** Takes what comes in, on a receiving thread. */
  @FunctionalInterface
  interface Receiver {
    void received(byte[] message, InetSocketAddress from);
  }

  /** As it stands in Via headers. */
  String name();

  InetSocketAddress local();

  /** Begins to receive. */
  void start(Receiver receiver);

  void send(byte[] message, InetSocketAddress to) throws IOException;

  /** Frees the port. */
  @Override
  void close();
}
