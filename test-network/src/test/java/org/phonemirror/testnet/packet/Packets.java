package org.phonemirror.testnet.packet;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import org.phonemirror.testnet.gtp.Addresses;

/** Frames and packets as a phone's network device sends them. */
final class Packets {
  static final Inet4Address GATEWAY = Addresses.of("10.0.2.2");
  static final byte[] PHONE_MAC = {0x52, 0x54, 0, 0x12, 0x34, 0x56};

  private static final byte[] GATEWAY_MAC = {0x02, 0, 0, 0, 0, 0x02};
  private static final int UDP = 17;

  private Packets() {}

  /** A UDP datagram in an IPv4 packet (RFC 768, RFC 791). */
  static byte[] udp(Inet4Address from, int fromPort, Inet4Address to, int toPort, byte... payload) {
    int length = 28 + payload.length;
    ByteBuffer packet = ByteBuffer.allocate(length);
    packet.put((byte) 0x45).put((byte) 0).putShort((short) length).putInt(0x0001_4000);
    packet.put((byte) 64).put((byte) UDP).putShort((short) 0);
    packet.put(from.getAddress()).put(to.getAddress());
    packet.putShort((short) fromPort).putShort((short) toPort);
    packet.putShort((short) (8 + payload.length)).putShort((short) 0).put(payload);
    withHeaderChecksum(packet.array());
    int pseudo = sum(packet, 12, 8, UDP + 8 + payload.length);
    packet.putShort(26, (short) ~sum(packet, 20, 8 + payload.length, pseudo));
    return packet.array();
  }

  /** The packet, with the checksum of its header made anew. */
  static byte[] withHeaderChecksum(byte[] packet) {
    ByteBuffer header = ByteBuffer.wrap(packet).putShort(10, (short) 0);
    header.putShort(10, (short) ~sum(header, 0, 20, 0));
    return packet;
  }

  /** Whether the checksums of IPv4 and UDP are right. */
  static boolean isUdpIntact(ByteBuffer packet) {
    int payload = packet.getShort(2) - 20;
    int pseudo = sum(packet, 12, 8, UDP + payload);
    return sum(packet, 0, 20, 0) == 0xffff && sum(packet, 20, payload, pseudo) == 0xffff;
  }

  private static int sum(ByteBuffer octets, int from, int length, int start) {
    int sum = start;
    for (int i = 0; i < length; i += 2) {
      int low = i + 1 < length ? octets.get(from + i + 1) & 0xff : 0;
      sum += (octets.get(from + i) & 0xff) << 8 | low;
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return sum;
  }

  static ByteBuffer fromPhone(byte[] packet) {
    return frame(GATEWAY_MAC, PHONE_MAC, 0x0800, packet);
  }

  static ByteBuffer toPhone(byte[] packet) {
    return frame(PHONE_MAC, GATEWAY_MAC, 0x0800, packet);
  }

  static ByteBuffer frame(byte[] to, byte[] from, int type, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(14 + payload.length);
    return frame.put(to).put(from).putShort((short) type).put(payload).flip();
  }
}
