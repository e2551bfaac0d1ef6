package org.phonemirror.core.traffic.packet;

import static org.phonemirror.core.traffic.packet.Bytes.i32;
import static org.phonemirror.core.traffic.packet.Bytes.u16;
import static org.phonemirror.core.traffic.packet.Bytes.u8;

/**
 * An ICMP message that ends an attempt to reach something: destination unreachable (RFC 792, RFC
 * 4443 §3.1). What it holds of the packet that it answers is but its beginning.
 */
public final class IcmpError {
  private static final int HEADER = 8;
  private static final int IPV4_UNREACHABLE = 3;
  private static final int IPV6_UNREACHABLE = 1;

  /** Not an end: the sender takes smaller packets (RFC 1191). */
  private static final int FRAGMENTATION_NEEDED = 4;

  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;

  /** What every error repeats of the packet's payload: ports, and TCP's sequence number. */
  private static final int REPEATED = 8;

  private int protocol;
  private long destinationHigh;
  private long destinationLow;
  private long sourceHigh;
  private long sourceLow;
  private int sourcePort;
  private int destinationPort;
  private int sequence;

  /** Reads it from a packet that is whole; false if it is another message or can't be read. */
  public boolean decode(IpPacket packet, DiscardCounter discards) {
    byte[] data = packet.data();
    int at = packet.from();
    boolean ipv6 = packet.protocol() == IpPacket.ICMPV6;
    if (packet.to() - at < HEADER + IPV4_HEADER + REPEATED || !isUnreachable(data, at, ipv6)) {
      return discards.count(Discard.ICMP);
    }
    at += HEADER;
    int header = ipv6 ? IPV6_HEADER : (data[at] & 0xf) * 4;
    if (u8(data, at) >> 4 != (ipv6 ? 6 : 4)
        || header < IPV4_HEADER
        || packet.to() - at < header + REPEATED) {
      return discards.count(Discard.ICMP);
    }
    if (ipv6) {
      protocol = u8(data, at + 6);
      sourceHigh = Bytes.i64(data, at + 8);
      sourceLow = Bytes.i64(data, at + 16);
      destinationHigh = Bytes.i64(data, at + 24);
      destinationLow = Bytes.i64(data, at + 32);
    } else {
      protocol = u8(data, at + 9);
      sourceHigh = 0;
      sourceLow = Addresses.mapped(Bytes.u32(data, at + 12));
      destinationHigh = 0;
      destinationLow = Addresses.mapped(Bytes.u32(data, at + 16));
    }
    at += header;
    sourcePort = u16(data, at);
    destinationPort = u16(data, at + 2);
    sequence = i32(data, at + 4);
    return true;
  }

  private static boolean isUnreachable(byte[] data, int at, boolean ipv6) {
    int type = u8(data, at);
    return ipv6
        ? type == IPV6_UNREACHABLE
        : type == IPV4_UNREACHABLE && u8(data, at + 1) != FRAGMENTATION_NEEDED;
  }

  /** Protocol of the packet that could not be delivered. */
  public int protocol() {
    return protocol;
  }

  public long sourceHigh() {
    return sourceHigh;
  }

  public long sourceLow() {
    return sourceLow;
  }

  public long destinationHigh() {
    return destinationHigh;
  }

  public long destinationLow() {
    return destinationLow;
  }

  public int sourcePort() {
    return sourcePort;
  }

  public int destinationPort() {
    return destinationPort;
  }

  /** TCP sequence number of the packet that could not be delivered. */
  public int sequence() {
    return sequence;
  }
}
