package org.phonemirror.testnet.packet;

import java.io.IOException;
import org.phonemirror.testnet.sgsn.Sgsn;
import org.phonemirror.testnet.sgsn.TrafficCopy;

/** How phones' packets go. */
public enum Access {
  /** Without privileges: {@link NatNetwork}. */
  NAT {
    @Override
    public PacketNetwork start(Sgsn hssSide, TrafficCopy copy) {
      return new NatNetwork(hssSide, copy);
    }
  };

  /**
   * Starts a packet domain.
   *
   * @param hssSide the SGSN's connection to the HSS; closed with the packet domain, and if this
   *     fails
   * @param copy closed with the packet domain, and if this fails
   */
  public abstract PacketNetwork start(Sgsn hssSide, TrafficCopy copy) throws IOException;
}
