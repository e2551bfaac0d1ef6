package org.phonemirror.core.traffic.packet;

import static org.phonemirror.core.traffic.packet.Bytes.u16;

/** A UDP datagram (RFC 768). It is used again for the next one. */
public final class UdpDatagram {
  private static final int HEADER = 8;

  private byte[] data = {};
  private int from;
  private int to;
  private int sourcePort;
  private int destinationPort;

  /** Reads it from a packet that is whole; false if it can't be read. */
  public boolean decode(IpPacket packet, DiscardCounter discards) {
    int at = packet.from();
    int available = packet.to() - at;
    data = packet.data();
    int length = available < HEADER ? 0 : u16(data, at + 4);
    if (length < HEADER || length > available) {
      return discards.count(Discard.UDP_LENGTH);
    }
    sourcePort = u16(data, at);
    destinationPort = u16(data, at + 2);
    from = at + HEADER;
    to = at + length;
    return true;
  }

  public byte[] data() {
    return data;
  }

  /** Where the payload begins. */
  public int from() {
    return from;
  }

  /** Where the payload ends, exclusive. */
  public int to() {
    return to;
  }

  public int sourcePort() {
    return sourcePort;
  }

  public int destinationPort() {
    return destinationPort;
  }
}
