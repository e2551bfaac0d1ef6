package org.phonemirror.testnet.sgsn;

import java.nio.ByteBuffer;

/** Fields of an IPv4 packet (RFC 791) that an SGSN looks at; the packet begins at index 0. */
final class Ipv4 {
  static final int MIN_HEADER_BYTES = 20;

  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ICMP = 1;
  private static final int FRAGMENT_OFFSET_MASK = 0x1fff;
  private static final int ID_AND_FRAGMENT = 6;
  private static final int PROTOCOL = 9;
  private static final int CHECKSUM = 10;
  private static final int SOURCE = 12;
  private static final int DESTINATION = 16;
  private static final int TCP_CHECKSUM = 16;
  private static final int UDP_CHECKSUM = 6;
  private static final int ICMP_QUOTE = 8;

  private Ipv4() {}

  /** Whether it is one, whole as far as its header says. */
  static boolean isOne(ByteBuffer packet) {
    return packet.limit() >= MIN_HEADER_BYTES
        && (packet.get(0) & 0xf0) == 0x40
        && headerBytes(packet) >= MIN_HEADER_BYTES
        && length(packet) >= headerBytes(packet)
        && length(packet) <= packet.limit();
  }

  /** Total length, without what an Ethernet frame is filled up with. */
  static int length(ByteBuffer packet) {
    return Short.toUnsignedInt(packet.getShort(2));
  }

  static int source(ByteBuffer packet) {
    return packet.getInt(SOURCE);
  }

  static int destination(ByteBuffer packet) {
    return packet.getInt(DESTINATION);
  }

  /** Source port of TCP or UDP; -1 if there is none. */
  static int sourcePort(ByteBuffer packet) {
    return port(packet, 0);
  }

  /** Destination port of TCP or UDP; -1 if there is none. */
  static int destinationPort(ByteBuffer packet) {
    return port(packet, 2);
  }

  private static int port(ByteBuffer packet, int offset) {
    int protocol = packet.get(PROTOCOL);
    int at = headerBytes(packet) + offset;
    boolean hasPorts = protocol == TCP || protocol == UDP;
    return hasPorts && isFirstFragment(packet) && at + 2 <= packet.limit()
        ? Short.toUnsignedInt(packet.getShort(at))
        : -1;
  }

  /**
   * Gives the packet another source, if it has this one; with all checksums.
   *
   * @param from four octets
   */
  static void replaceSource(ByteBuffer packet, int from, int to) {
    replace(packet, SOURCE, from, to);
  }

  /** Gives the packet another destination, also in the packet that an ICMP error quotes. */
  static void replaceDestination(ByteBuffer packet, int from, int to) {
    replace(packet, DESTINATION, from, to);
    int quote = headerBytes(packet) + ICMP_QUOTE;
    if (packet.get(PROTOCOL) == ICMP
        && isFirstFragment(packet)
        && packet.limit() >= quote + MIN_HEADER_BYTES
        && isError(packet.get(quote - ICMP_QUOTE))
        && packet.getInt(quote + SOURCE) == from) {
      // the quoted header's checksum changes with its address, so that ICMP's stays right
      packet.putInt(quote + SOURCE, to);
      adjust(packet, quote + CHECKSUM, from, to);
    }
  }

  private static void replace(ByteBuffer packet, int at, int from, int to) {
    if (from == to || packet.getInt(at) != from) {
      return;
    }
    packet.putInt(at, to);
    adjust(packet, CHECKSUM, from, to);
    if (!isFirstFragment(packet)) {
      return;
    }
    int payload = headerBytes(packet);
    int protocol = packet.get(PROTOCOL);
    if (protocol == TCP && payload + TCP_CHECKSUM + 2 <= packet.limit()) {
      adjust(packet, payload + TCP_CHECKSUM, from, to);
    } else if (protocol == UDP
        && payload + UDP_CHECKSUM + 2 <= packet.limit()
        && packet.getShort(payload + UDP_CHECKSUM) != 0) {
      adjust(packet, payload + UDP_CHECKSUM, from, to);
    }
  }

  /** The checksum after a change of four octets (RFC 1624 §3, equation 3). */
  private static void adjust(ByteBuffer packet, int at, int from, int to) {
    int sum = ~packet.getShort(at) & 0xffff;
    sum += ~(from >>> 16) & 0xffff;
    sum += ~from & 0xffff;
    sum += to >>> 16;
    sum += to & 0xffff;
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    packet.putShort(at, (short) ~sum);
  }

  private static boolean isError(int icmpType) {
    return icmpType == 3 || icmpType == 11 || icmpType == 12;
  }

  private static boolean isFirstFragment(ByteBuffer packet) {
    return (packet.getShort(ID_AND_FRAGMENT) & FRAGMENT_OFFSET_MASK) == 0;
  }

  private static int headerBytes(ByteBuffer packet) {
    return 4 * (packet.get(0) & 0xf);
  }
}
