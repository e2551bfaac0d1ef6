package org.phonemirror.core.gateway.tcp;

/** Gets what the guest does on a connection. */
public interface TcpUser {
  /** The guest has sent bytes, in an array that is valid for the call. */
  void received(byte[] data, int from, int length, long now);

  /** The guest has ended its side. */
  void ended(long now);
}
