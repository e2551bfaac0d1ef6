package org.phonemirror.core.traffic.packet;

/**
 * One IP packet, in an array that is somebody else's. It is used again for the next packet: who
 * wants to keep something of it copies that.
 */
public final class IpPacket {
  public static final int ICMP = 1;
  public static final int TCP = 6;
  public static final int UDP = 17;
  public static final int ICMPV6 = 58;

  byte[] data = {};
  int from;
  int to;
  int protocol;
  long sourceHigh;
  long sourceLow;
  long destinationHigh;
  long destinationLow;
  boolean fragment;
  boolean moreFragments;
  int fragmentOffset;
  int identification;

  /** Where the bytes are. */
  public byte[] data() {
    return data;
  }

  /** Where the payload begins: the header of TCP, UDP or ICMP. */
  public int from() {
    return from;
  }

  /** Where the payload ends, exclusive. */
  public int to() {
    return to;
  }

  /** Protocol number of the payload. */
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

  /** Whether it is but a part of a packet. */
  public boolean isFragment() {
    return fragment;
  }

  boolean isIpv6() {
    return !Addresses.isMapped(sourceHigh, sourceLow);
  }

  /** Takes what fragments were put together to as its payload. */
  void whole(byte[] payload, int length, int payloadProtocol) {
    data = payload;
    from = 0;
    to = length;
    protocol = payloadProtocol;
    fragment = false;
  }
}
