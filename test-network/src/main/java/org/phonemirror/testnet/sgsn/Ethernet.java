package org.phonemirror.testnet.sgsn;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Frames of Ethernet II between the phone's network device and the one who plays its radio. */
final class Ethernet {
  static final int HEADER_BYTES = 14;

  /** Of the router that the phone sees: a locally administered address. */
  private static final byte[] ROUTER = {0x02, 0, 0, 0, 0, 0x02};

  private static final int MAC_BYTES = 6;
  private static final int TYPE = 12;
  private static final short IPV4 = 0x0800;
  private static final short ARP = 0x0806;
  private static final int ARP_BYTES = 28;

  /** Ethernet and IPv4, with addresses of six and four octets, and the operation (RFC 826). */
  private static final long ARP_REQUEST = 0x0001_0800_0604_0001L;

  private static final long ARP_REPLY = 0x0001_0800_0604_0002L;

  private Ethernet() {}

  /** The IPv4 packet in a frame, from index 0 and without padding; empty if there is none. */
  static Optional<ByteBuffer> ipv4(ByteBuffer frame) {
    if (frame.limit() < HEADER_BYTES || frame.getShort(TYPE) != IPV4) {
      return Optional.empty();
    }
    ByteBuffer packet = frame.slice(HEADER_BYTES, frame.limit() - HEADER_BYTES);
    return Ipv4.isOne(packet)
        ? Optional.of(packet.slice(0, Ipv4.length(packet)))
        : Optional.empty();
  }

  /** Who sent a frame; empty if it is too short. */
  static Optional<byte[]> sender(ByteBuffer frame) {
    if (frame.limit() < HEADER_BYTES) {
      return Optional.empty();
    }
    byte[] mac = new byte[MAC_BYTES];
    frame.get(MAC_BYTES, mac);
    return Optional.of(mac);
  }

  /**
   * The router's answer to an ARP request: all addresses are behind it. Empty if the frame is none,
   * or if the phone asks for its own address, which it does to see whether another has it.
   *
   * @param phone the phone's address
   */
  static Optional<ByteBuffer> arpReply(ByteBuffer frame, int phone) {
    if (frame.limit() < HEADER_BYTES + ARP_BYTES
        || frame.getShort(TYPE) != ARP
        || frame.getLong(HEADER_BYTES) != ARP_REQUEST) {
      return Optional.empty();
    }
    byte[] asker = new byte[MAC_BYTES];
    frame.get(HEADER_BYTES + 8, asker);
    int askersAddress = frame.getInt(HEADER_BYTES + 14);
    int wanted = frame.getInt(HEADER_BYTES + 24);
    if (wanted == phone) {
      return Optional.empty();
    }
    ByteBuffer reply = ByteBuffer.allocate(HEADER_BYTES + ARP_BYTES);
    reply.put(asker).put(ROUTER).putShort(ARP).putLong(ARP_REPLY);
    reply.put(ROUTER).putInt(wanted).put(asker).putInt(askersAddress);
    return Optional.of(reply.flip());
  }

  /** A packet from the router, as a frame. */
  static ByteBuffer frame(byte[] to, ByteBuffer packet) {
    ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + packet.remaining());
    return frame.put(to).put(ROUTER).putShort(IPV4).put(packet.duplicate()).flip();
  }
}
