package org.phonemirror.core.traffic.flow;

/** Follows what is in one flow, on the monitor's thread. */
public interface FlowContent {
  /** Has no interest. */
  FlowContent NONE = (fromPhone, data, from, length, micros) -> {};

  /**
   * The next bytes of a connection's stream, or a datagram.
   *
   * @param data is somebody else's, and other things after the call
   */
  void bytes(boolean fromPhone, byte[] data, int from, int length, long micros);

  /** The copy lost bytes of a stream, before those that come next. */
  default void lost(boolean fromPhone) {}

  /**
   * One side of a connection has sent all.
   *
   * @param complete whether by a FIN, and not by a RST
   */
  default void ended(boolean fromPhone, boolean complete) {}

  /** The flow is followed no longer. */
  default void closed() {}
}
