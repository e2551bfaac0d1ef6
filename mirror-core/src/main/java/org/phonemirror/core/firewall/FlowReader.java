package org.phonemirror.core.firewall;

/** Reads what is in one flow, on the firewall's thread. */
interface FlowReader {
  /** The next bytes of a connection's stream, or a datagram. */
  void bytes(boolean fromPhone, byte[] data);

  /** One side of the connection has sent all, in order. */
  void ended(boolean fromPhone);

  /** Whether the rest of the flow is of no interest. */
  boolean hasEnded();
}
