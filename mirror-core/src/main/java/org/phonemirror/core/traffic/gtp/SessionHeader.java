package org.phonemirror.core.traffic.gtp;

import static org.phonemirror.core.traffic.packet.Bytes.i32;
import static org.phonemirror.core.traffic.packet.Bytes.u16;
import static org.phonemirror.core.traffic.packet.Bytes.u8;

import org.phonemirror.core.traffic.packet.Discard;
import org.phonemirror.core.traffic.packet.DiscardCounter;

/** Header of GTPv2-C (TS 29.274 §5.1), of which a datagram has up to two. */
final class SessionHeader {
  private static final int VERSION_MASK = 0xe0;
  private static final int VERSION_2 = 0x40;
  private static final int PIGGYBACKING = 0x10;
  private static final int TUNNEL_FLAG = 0x08;

  /** That the length does not count. */
  private static final int FIRST_BYTES = 4;

  private static final int TUNNEL_BYTES = 4;
  private static final int SEQUENCE_BYTES = 4;

  private int type;
  private int tunnel;
  private int sequence;
  private int from;
  private int to;
  private boolean followed;

  /** Whether a datagram is GTPv2-C's, and not that of an earlier version. */
  static boolean isOf(byte[] data, int begin, int end) {
    return begin < end && (data[begin] & VERSION_MASK) == VERSION_2;
  }

  /** Reads it; false if it can't be read. */
  boolean decode(byte[] data, int begin, int end, DiscardCounter discards) {
    if (!isOf(data, begin, end)) {
      return discards.count(Discard.GTP_VERSION);
    }
    boolean hasTunnel = (data[begin] & TUNNEL_FLAG) != 0;
    int length = FIRST_BYTES + SEQUENCE_BYTES + (hasTunnel ? TUNNEL_BYTES : 0);
    if (end - begin < length) {
      return discards.count(Discard.GTP_LENGTH);
    }
    followed = (data[begin] & PIGGYBACKING) != 0;
    type = u8(data, begin + 1);
    to = begin + FIRST_BYTES + u16(data, begin + 2);
    from = begin + length;
    if (to > end || from > to) {
      return discards.count(Discard.GTP_LENGTH);
    }
    tunnel = hasTunnel ? i32(data, begin + FIRST_BYTES) : 0;
    sequence = i32(data, from - SEQUENCE_BYTES) >>> 8;
    return true;
  }

  int type() {
    return type;
  }

  /** Tunnel endpoint identifier: of the receiver's end; 0 if there is none. */
  int tunnel() {
    return tunnel;
  }

  int sequence() {
    return sequence;
  }

  /** Where the elements begin. */
  int from() {
    return from;
  }

  /** Where the message ends, exclusive. */
  int to() {
    return to;
  }

  /** Whether another message comes behind it. */
  boolean isFollowed() {
    return followed;
  }
}
