package org.phonemirror.core.traffic.packet;

import static org.phonemirror.core.traffic.packet.Bytes.i32;
import static org.phonemirror.core.traffic.packet.Bytes.u16;
import static org.phonemirror.core.traffic.packet.Bytes.u8;

/**
 * A TCP segment (RFC 9293 §3.1). It is used again for the next one.
 *
 * <p>Its checksum is not verified: a copy that was taken before the network card had its turn has
 * none yet.
 */
public final class TcpSegment {
  private static final int HEADER = 20;
  private static final int FIN = 1;
  private static final int SYN = 2;
  private static final int RST = 4;
  private static final int ACK = 16;
  private static final int OPTION_END = 0;
  private static final int OPTION_PADDING = 1;
  private static final int OPTION_MAXIMUM_SEGMENT_SIZE = 2;

  private byte[] data = {};
  private int from;
  private int to;
  private int sourcePort;
  private int destinationPort;
  private int sequence;
  private int acknowledgement;
  private int flags;
  private int window;
  private int options;

  /** Reads it from a packet that is whole; false if it can't be read. */
  public boolean decode(IpPacket packet, DiscardCounter discards) {
    int at = packet.from();
    int length = packet.to() - at;
    data = packet.data();
    int header = length < HEADER ? 0 : (u8(data, at + 12) >> 4) * 4;
    if (header < HEADER || header > length) {
      return discards.count(Discard.TCP_HEADER);
    }
    sourcePort = u16(data, at);
    destinationPort = u16(data, at + 2);
    sequence = i32(data, at + 4);
    acknowledgement = i32(data, at + 8);
    flags = data[at + 13];
    window = u16(data, at + 14);
    options = at + HEADER;
    from = at + header;
    to = packet.to();
    return true;
  }

  public byte[] data() {
    return data;
  }

  /** Where the payload begins. */
  public int from() {
    return from;
  }

  /** Number of bytes of payload. */
  public int length() {
    return to - from;
  }

  public int sourcePort() {
    return sourcePort;
  }

  public int destinationPort() {
    return destinationPort;
  }

  /** Sequence number of the first byte of payload: that of a SYN is stepped over. */
  public int payloadSequence() {
    return isSyn() ? sequence + 1 : sequence;
  }

  public int acknowledgement() {
    return acknowledgement;
  }

  /** How many bytes beyond the acknowledged ones its sender takes, without scaling. */
  public int window() {
    return window;
  }

  /** The option of that name (RFC 9293 §3.7.1), or what the argument says if there is none. */
  public int maximumSegmentSize(int otherwise) {
    int at = options;
    while (at < from && data[at] != OPTION_END) {
      if (data[at] == OPTION_PADDING) {
        at++;
        continue;
      }
      int length = at + 1 < from ? u8(data, at + 1) : 0;
      if (length < 2 || length > from - at) {
        break;
      }
      if (data[at] == OPTION_MAXIMUM_SEGMENT_SIZE && length == 4) {
        return u16(data, at + 2);
      }
      at += length;
    }
    return otherwise;
  }

  public boolean isSyn() {
    return (flags & SYN) != 0;
  }

  public boolean isAck() {
    return (flags & ACK) != 0;
  }

  public boolean isFin() {
    return (flags & FIN) != 0;
  }

  public boolean isRst() {
    return (flags & RST) != 0;
  }
}
