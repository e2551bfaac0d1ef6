package org.phonemirror.core.gateway.link;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.phonemirror.core.traffic.packet.IpPacket;

/** Sends IP packets of both versions to the guest, in fragments if they are longer than a frame. */
public final class IpOutput {
  public static final int MTU = 1500;
  public static final int IPV4_HEADER = 20;
  public static final int IPV6_HEADER = 40;

  private static final int IPV4_CHECKSUM = 10;
  private static final int UDP_HEADER = 8;
  private static final int UDP_CHECKSUM = 6;
  private static final int ICMP_HEADER = 8;
  private static final int ICMP_CHECKSUM = 2;
  private static final int FRAGMENT_HEADER = 8;
  private static final int FRAGMENT = 44;
  private static final int HOP_LIMIT = 64;

  /** Neighbour discovery is believed from the link alone (RFC 4861 §3.1). */
  private static final int HOP_LIMIT_ON_LINK = 255;

  private static final byte MULTICAST = 1;
  private static final short DONT_FRAGMENT = 0x4000;
  private static final short IPV4_MORE_FRAGMENTS = 0x2000;

  private final FrameSink sink;
  private final byte[] guest = new byte[Ethernet.ADDRESS];
  private int identification;

  public IpOutput(FrameSink sink) {
    this.sink = sink;
    Arrays.fill(guest, (byte) 0xff); // all, until the guest has said something
  }

  /** Learns the guest's Ethernet address from a frame of its, which has a whole header. */
  public void learn(byte[] frame, int from) {
    if ((frame[from + Ethernet.SOURCE] & MULTICAST) == 0) {
      System.arraycopy(frame, from + Ethernet.SOURCE, guest, 0, guest.length);
    }
  }

  /** Whether a packet of a frame's size finds room. */
  public boolean hasRoom() {
    return sink.hasRoom();
  }

  /** Sends a UDP datagram. */
  public void udp(InetSocketAddress from, InetSocketAddress to, byte[] data) {
    ByteBuffer payload = ByteBuffer.allocate(UDP_HEADER + data.length);
    putUdpHeader(payload, from, to, data.length).put(data);
    send(from.getAddress(), to.getAddress(), IpPacket.UDP, payload.array(), UDP_CHECKSUM);
  }

  private static ByteBuffer putUdpHeader(
      ByteBuffer at, InetSocketAddress from, InetSocketAddress to, int length) {
    at.putShort((short) from.getPort()).putShort((short) to.getPort());
    return at.putShort((short) (UDP_HEADER + length)).putShort((short) 0);
  }

  /** Tells the guest that nobody listens where it sent a datagram to (RFC 792, RFC 4443 §3.1). */
  public void portUnreachable(InetSocketAddress guestEnd, InetSocketAddress remote) {
    byte[] sender = guestEnd.getAddress().getAddress();
    byte[] receiver = remote.getAddress().getAddress();
    boolean ipv4 = sender.length == 4;
    int header = ipv4 ? IPV4_HEADER : IPV6_HEADER;
    ByteBuffer payload = ByteBuffer.allocate(ICMP_HEADER + header + UDP_HEADER);
    payload.put((byte) (ipv4 ? 3 : 1)).put((byte) (ipv4 ? 3 : 4)).putShort((short) 0).putInt(0);
    putHeader(payload, sender, receiver, IpPacket.UDP, UDP_HEADER, DONT_FRAGMENT);
    putUdpHeader(payload, guestEnd, remote, 0);
    int protocol = ipv4 ? IpPacket.ICMP : IpPacket.ICMPV6;
    send(remote.getAddress(), guestEnd.getAddress(), protocol, payload.array(), ICMP_CHECKSUM);
  }

  /**
   * Sends a packet.
   *
   * @param payload header and data of the protocol
   * @param checksumAt index in the payload of its checksum, which is still 0
   */
  public void send(InetAddress from, InetAddress to, int protocol, byte[] payload, int checksumAt) {
    byte[] sender = from.getAddress();
    byte[] receiver = to.getAddress();
    long pseudo =
        protocol == IpPacket.ICMP
            ? 0
            : Checksum.pseudoHeader(sender, receiver, protocol, payload.length);
    int checksum = Checksum.of(Checksum.sum(pseudo, payload, 0, payload.length));
    if (checksum == 0 && protocol == IpPacket.UDP) {
      checksum = 0xffff; // 0 is for none
    }
    ByteBuffer.wrap(payload).putShort(checksumAt, (short) checksum);
    int header = sender.length == 4 ? IPV4_HEADER : IPV6_HEADER;
    if (payload.length <= MTU - header) {
      ByteBuffer frame = frame(sender.length == 4, header + payload.length);
      putHeader(frame, sender, receiver, protocol, payload.length, DONT_FRAGMENT);
      sink.send(frame.put(payload).flip());
    } else {
      fragments(sender, receiver, protocol, payload);
    }
  }

  private void fragments(byte[] sender, byte[] receiver, int protocol, byte[] payload) {
    boolean ipv4 = sender.length == 4;
    int headers = ipv4 ? IPV4_HEADER : IPV6_HEADER + FRAGMENT_HEADER;
    int step = (MTU - headers) & ~7;
    identification++;
    for (int at = 0; at < payload.length; at += step) {
      int length = Math.min(step, payload.length - at);
      boolean more = at + length < payload.length;
      ByteBuffer frame = frame(ipv4, headers + length);
      if (ipv4) {
        short fragment = (short) (at / 8 | (more ? IPV4_MORE_FRAGMENTS : 0));
        putHeader(frame, sender, receiver, protocol, length, fragment);
      } else {
        putHeader(frame, sender, receiver, FRAGMENT, FRAGMENT_HEADER + length, (short) 0);
        frame.put((byte) protocol).put((byte) 0).putShort((short) (at | (more ? 1 : 0)));
        frame.putInt(identification);
      }
      sink.send(frame.put(payload, at, length).flip());
    }
  }

  private ByteBuffer frame(boolean ipv4, int packet) {
    return ByteBuffer.allocate(Ethernet.HEADER + packet)
        .put(guest)
        .put(Ethernet.gateway())
        .putShort(ipv4 ? Ethernet.IPV4 : Ethernet.IPV6);
  }

  /** Writes an IP header; {@code fragment} is IPv4's field of flags and offset. */
  private void putHeader(
      ByteBuffer at, byte[] sender, byte[] receiver, int protocol, int length, short fragment) {
    if (sender.length == 4) {
      ByteBuffer header = ByteBuffer.allocate(IPV4_HEADER);
      header.putShort((short) 0x4500).putShort((short) (IPV4_HEADER + length));
      header.putShort((short) identification).putShort(fragment);
      header.put((byte) HOP_LIMIT).put((byte) protocol).putShort((short) 0);
      header.put(sender).put(receiver);
      int checksum = Checksum.of(Checksum.sum(0, header.array(), 0, IPV4_HEADER));
      at.put(header.putShort(IPV4_CHECKSUM, (short) checksum).flip());
    } else {
      int hops = protocol == IpPacket.ICMPV6 ? HOP_LIMIT_ON_LINK : HOP_LIMIT;
      at.putInt(0x6000_0000).putShort((short) length).put((byte) protocol).put((byte) hops);
      at.put(sender).put(receiver);
    }
  }
}
