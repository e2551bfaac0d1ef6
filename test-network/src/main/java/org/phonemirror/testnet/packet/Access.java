package org.phonemirror.testnet.packet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.phonemirror.testnet.sgsn.Sgsn;
import org.phonemirror.testnet.sgsn.TrafficCopy;

/** How phones' packets go. */
public enum Access {
  /** Without privileges: {@link NatNetwork}. */
  NAT {
    @Override
    public PacketNetwork start(Path directory, Sgsn hssSide, TrafficCopy copy) {
      return new NatNetwork(hssSide, copy);
    }
  },

  /** By a real GGSN, as root: {@link GgsnNetwork}. */
  GGSN {
    @Override
    public PacketNetwork start(Path directory, Sgsn hssSide, TrafficCopy copy) throws IOException {
      return GgsnNetwork.start(directory, hssSide, copy);
    }
  };

  /** What this process's user may have: root a GGSN, if it is installed. */
  public static Access ofThisUser() throws IOException {
    return isRoot() && Ggsn.isInstalled() ? GGSN : NAT;
  }

  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  /**
   * Starts a packet domain.
   *
   * @param directory for what the GGSN writes
   * @param hssSide the SGSN's connection to the HSS; closed with the packet domain, and if this
   *     fails
   * @param copy closed with the packet domain, and if this fails
   */
  public abstract PacketNetwork start(Path directory, Sgsn hssSide, TrafficCopy copy)
      throws IOException;
}
