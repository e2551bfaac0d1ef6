package org.phonemirror.core.traffic.packet;

import static org.phonemirror.core.traffic.packet.Bytes.u16;
import static org.phonemirror.core.traffic.packet.Bytes.u8;

/** Reads the headers of IPv4 (RFC 791) and IPv6 (RFC 8200). */
public final class IpDecoder {
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;
  private static final int MORE_FRAGMENTS = 0x2000;
  private static final int FRAGMENT_OFFSET = 0x1fff;

  /** Reserved (RFC 5237): no packet has it. */
  static final int ANY_PROTOCOL = 255;

  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int AUTHENTICATION = 51;
  private static final int DESTINATION_OPTIONS = 60;

  /** More extension headers than any real packet has. */
  private static final int MAX_EXTENSIONS = 8;

  private final DiscardCounter discards;

  public IpDecoder(DiscardCounter discards) {
    this.discards = discards;
  }

  /**
   * Reads a packet of either version; what follows it in the array is padding.
   *
   * @return whether it could be read
   */
  public boolean decode(byte[] data, int from, int to, IpPacket packet) {
    if (to - from < IPV4_HEADER) {
      return discards.count(Discard.IP_HEADER);
    }
    packet.data = data;
    packet.fragment = false;
    return switch (u8(data, from) >> 4) {
      case 4 -> ipv4(data, from, to, packet);
      case 6 -> ipv6(data, from, to, packet);
      default -> discards.count(Discard.IP_HEADER);
    };
  }

  private boolean ipv4(byte[] data, int from, int to, IpPacket packet) {
    int header = (data[from] & 0xf) * 4;
    if (header < IPV4_HEADER || to - from < header) {
      return discards.count(Discard.IP_HEADER);
    }
    int length = u16(data, from + 2);
    if (length < header || length > to - from) {
      return discards.count(Discard.IP_LENGTH);
    }
    if (!checksumFits(data, from, header)) {
      return discards.count(Discard.IP_CHECKSUM);
    }
    packet.from = from + header;
    packet.to = from + length;
    packet.protocol = u8(data, from + 9);
    packet.sourceHigh = 0;
    packet.sourceLow = Addresses.mapped(Bytes.u32(data, from + 12));
    packet.destinationHigh = 0;
    packet.destinationLow = Addresses.mapped(Bytes.u32(data, from + 16));
    int fragment = u16(data, from + 6);
    if ((fragment & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) != 0) {
      packet.identification = u16(data, from + 4);
      fragment(packet, (fragment & FRAGMENT_OFFSET) * 8, (fragment & MORE_FRAGMENTS) != 0);
    }
    return true;
  }

  private static void fragment(IpPacket packet, int offset, boolean more) {
    packet.fragment = true;
    packet.fragmentOffset = offset;
    packet.moreFragments = more;
  }

  private static boolean checksumFits(byte[] data, int from, int header) {
    int sum = 0;
    for (int at = from; at < from + header; at += 2) {
      sum += u16(data, at);
    }
    return (sum & 0xffff) + (sum >>> 16) == 0xffff;
  }

  private boolean ipv6(byte[] data, int from, int to, IpPacket packet) {
    if (to - from < IPV6_HEADER) {
      return discards.count(Discard.IP_HEADER);
    }
    int length = u16(data, from + 4);
    if (length > to - from - IPV6_HEADER) {
      return discards.count(Discard.IP_LENGTH);
    }
    packet.protocol = u8(data, from + 6);
    packet.from = from + IPV6_HEADER;
    packet.to = packet.from + length;
    packet.sourceHigh = Bytes.i64(data, from + 8);
    packet.sourceLow = Bytes.i64(data, from + 16);
    packet.destinationHigh = Bytes.i64(data, from + 24);
    packet.destinationLow = Bytes.i64(data, from + 32);
    if (Addresses.isMapped(packet.sourceHigh, packet.sourceLow)
        || Addresses.isMapped(packet.destinationHigh, packet.destinationLow)) {
      // such addresses never travel (RFC 4291 §2.5.5.2), and here they would mean IPv4
      return discards.count(Discard.IP_HEADER);
    }
    return extensions(packet);
  }

  /**
   * Steps over extension headers, up to a fragment's: what follows that one is read when the packet
   * is whole.
   */
  boolean extensions(IpPacket packet) {
    for (int i = 0; i < MAX_EXTENSIONS; i++) {
      int next = packet.protocol;
      boolean isHeader =
          next == HOP_BY_HOP
              || next == ROUTING
              || next == DESTINATION_OPTIONS
              || next == AUTHENTICATION
              || next == FRAGMENT;
      if (!isHeader) {
        return true;
      }
      int left = packet.to - packet.from;
      if (left < 8) {
        return discards.count(Discard.IP_EXTENSION);
      }
      if (next == FRAGMENT) {
        fragmentHeader(packet);
        if (packet.fragment) {
          return true;
        }
        continue; // an atomic fragment is a whole packet (RFC 6946)
      }
      int units = u8(packet.data, packet.from + 1);
      int header = next == AUTHENTICATION ? (units + 2) * 4 : (units + 1) * 8;
      if (header > left) {
        return discards.count(Discard.IP_EXTENSION);
      }
      packet.protocol = u8(packet.data, packet.from);
      packet.from += header;
    }
    return discards.count(Discard.IP_EXTENSION);
  }

  private static void fragmentHeader(IpPacket packet) {
    int field = u16(packet.data, packet.from + 2);
    packet.identification = Bytes.i32(packet.data, packet.from + 4);
    packet.protocol = u8(packet.data, packet.from);
    packet.from += 8;
    boolean more = (field & 1) != 0;
    int offset = field & 0xfff8;
    if (more || offset != 0) {
      fragment(packet, offset, more);
    }
  }
}
