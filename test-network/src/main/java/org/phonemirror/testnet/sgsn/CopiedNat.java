package org.phonemirror.testnet.sgsn;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.phonemirror.testnet.gtp.Addresses;
import org.phonemirror.testnet.gtp.PdpContext;
import org.phonemirror.testnet.phone.FrameLink;
import org.phonemirror.testnet.phone.PhoneNetwork;

/**
 * A phone behind QEMU's own NAT: QEMU's copy of its frames becomes the copy that an SGSN makes, its
 * IPv4 packets as GTP-U datagrams.
 */
public final class CopiedNat implements PhoneNetwork.FramePort {
  private final PacketSgsn sgsn;
  private final String imsi;
  private final int phone;

  /**
   * Copies whenever the phone is attached, and its traffic is to be copied.
   *
   * @param address the phone's behind the NAT
   */
  public CopiedNat(PacketSgsn sgsn, String imsi, Inet4Address address) {
    this.sgsn = sgsn;
    this.imsi = imsi;
    this.phone = Addresses.octets(address);
  }

  @Override
  public void up(FrameLink link) {}

  @Override
  public void received(ByteBuffer frame) {
    Optional<AttachedPhone> attached = sgsn.attached(imsi);
    Optional<ByteBuffer> ipv4 = Ethernet.ipv4(frame);
    if (attached.isEmpty() || ipv4.isEmpty()) {
      return;
    }
    ByteBuffer packet = ipv4.get();
    if (Ipv4.source(packet) == phone) {
      attached.get().countSent(packet.remaining());
      PdpContext context =
          attached.get().contextOf(Ipv4.destination(packet), Ipv4.destinationPort(packet));
      attached.get().copyPacket(AttachedPhone.datagram(context.ggsnData(), packet));
    } else if (Ipv4.destination(packet) == phone) {
      attached.get().countReceived(packet.remaining());
      PdpContext context = attached.get().contextOf(Ipv4.source(packet), Ipv4.sourcePort(packet));
      attached.get().copyPacket(AttachedPhone.datagram(context.asked().data(), packet));
    }
  }

  @Override
  public void down() {}
}
