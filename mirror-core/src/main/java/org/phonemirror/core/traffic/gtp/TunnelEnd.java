package org.phonemirror.core.traffic.gtp;

import java.util.List;

/**
 * One end of a tunnel, as that end told the other.
 *
 * @param control identifier for messages to it
 * @param data identifier for packets to it
 * @param userKey address for packets to it, as a number; 0 if unknown
 */
record TunnelEnd(int control, int data, long userKey) {
  static final TunnelEnd UNKNOWN = new TunnelEnd(0, 0, 0);

  /** This end after a message of its own: what that does not tell stays. */
  TunnelEnd after(ControlMessage message) {
    List<Long> addresses = message.gsnKeys();
    return new TunnelEnd(
        message.controlTunnel().orElse(control),
        message.dataTunnel().orElse(data),
        addresses.isEmpty() ? userKey : addresses.get(addresses.size() - 1));
  }
}
