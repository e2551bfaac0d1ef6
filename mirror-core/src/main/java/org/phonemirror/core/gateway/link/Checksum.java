package org.phonemirror.core.gateway.link;

import org.phonemirror.core.traffic.packet.Addresses;
import org.phonemirror.core.traffic.packet.Bytes;
import org.phonemirror.core.traffic.packet.IpPacket;

/** The checksum of the Internet protocols (RFC 1071). */
public final class Checksum {
  private Checksum() {}

  /** Adds bytes, as numbers of 16 bits, to a sum. */
  static long sum(long before, byte[] data, int from, int to) {
    long sum = before;
    int at = from;
    for (; at + 1 < to; at += 2) {
      sum += Bytes.u16(data, at);
    }
    return at < to ? sum + (Bytes.u8(data, at) << 8) : sum;
  }

  /** The checksum that makes a sum right; 0 if it is right already. */
  static int of(long sum) {
    long folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return (int) (~folded & 0xffff);
  }

  /** Adds the pseudo header of a packet between two addresses (RFC 9293 §3.1, RFC 8200 §8.1). */
  static long pseudoHeader(byte[] from, byte[] to, int protocol, int length) {
    return sum(sum(0, from, 0, from.length), to, 0, to.length) + protocol + length;
  }

  /** Whether the checksum of a whole packet's TCP, UDP or ICMPv6 is right; UDP may have none. */
  public static boolean fits(IpPacket packet) {
    byte[] data = packet.data();
    int length = packet.to() - packet.from();
    boolean ipv4 = Addresses.isMapped(packet.sourceHigh(), packet.sourceLow());
    if (ipv4
        && packet.protocol() == IpPacket.UDP
        && length >= 8
        && Bytes.u16(data, packet.from() + 6) == 0) {
      return true;
    }
    long sum = (long) packet.protocol() + length;
    sum += ipv4 ? halves(packet.sourceLow() & 0xffff_ffffL) : halves(packet.sourceHigh());
    sum += ipv4 ? halves(packet.destinationLow() & 0xffff_ffffL) : halves(packet.sourceLow());
    if (!ipv4) {
      sum += halves(packet.destinationHigh()) + halves(packet.destinationLow());
    }
    return of(sum(sum, data, packet.from(), packet.to())) == 0;
  }

  private static long halves(long number) {
    return (number >>> 48)
        + (number >>> 32 & 0xffff)
        + (number >>> 16 & 0xffff)
        + (number & 0xffff);
  }
}
