package org.phonemirror.testnet.packet;

import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Path;
import org.phonemirror.testnet.gtp.Addresses;
import org.phonemirror.testnet.phone.PhoneNetwork;
import org.phonemirror.testnet.server.Servers;
import org.phonemirror.testnet.server.Site;
import org.phonemirror.testnet.sgsn.CopiedNat;
import org.phonemirror.testnet.sgsn.ImaginaryGgsn;
import org.phonemirror.testnet.sgsn.PacketSgsn;
import org.phonemirror.testnet.sgsn.Sgsn;
import org.phonemirror.testnet.sgsn.Teids;
import org.phonemirror.testnet.sgsn.TrafficCopy;

/**
 * Needs no privilege: QEMU's user-mode NAT leads to servers on 127.0.0.1, and QEMU's copy of the
 * phone's frames is made into what an SGSN would copy. There is no GGSN, and names are resolved by
 * this host's resolver.
 */
public final class NatNetwork implements PacketNetwork {
  private static final Inet4Address LOOPBACK = Addresses.of("127.0.0.1");

  private final PacketSgsn sgsn;

  /**
   * Serves phones from now on.
   *
   * @param hssSide closed with this
   * @param copy closed with this
   */
  public NatNetwork(Sgsn hssSide, TrafficCopy copy) {
    Teids teids = new Teids();
    sgsn =
        new PacketSgsn(
            hssSide,
            new ImaginaryGgsn(teids, PHONE),
            LOOPBACK,
            PacketNetwork.accessPoints(),
            teids,
            copy);
  }

  @Override
  public String description() {
    return "no GGSN without root; QEMU's NAT, and its copy of the phone's packets as GTP-U";
  }

  @Override
  public PacketSgsn sgsn() {
    return sgsn;
  }

  @Override
  public PhoneNetwork phoneNetwork(String imsi) {
    return new PhoneNetwork.Nat(new CopiedNat(sgsn, imsi, PHONE));
  }

  @Override
  public Inet4Address forwarder() {
    return LOOPBACK;
  }

  @Override
  public Inet4Address hostAddress() {
    return LOOPBACK;
  }

  @Override
  public Inet4Address serversAddress() {
    return LOOPBACK;
  }

  /** Nothing to be done: QEMU's NAT forwards all ports. */
  @Override
  public void forward(Protocol protocol, int port) {}

  @Override
  public Servers startServers(Path directory) throws IOException {
    return Servers.start(Site.here(LOOPBACK.getHostAddress(), directory));
  }

  @Override
  public void close() {
    sgsn.close();
  }
}
