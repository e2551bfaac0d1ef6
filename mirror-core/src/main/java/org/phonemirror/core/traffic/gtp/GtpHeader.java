package org.phonemirror.core.traffic.gtp;

import static org.phonemirror.core.traffic.packet.Bytes.i32;
import static org.phonemirror.core.traffic.packet.Bytes.u16;
import static org.phonemirror.core.traffic.packet.Bytes.u8;

import org.phonemirror.core.traffic.packet.Discard;
import org.phonemirror.core.traffic.packet.DiscardCounter;

/**
 * Header of both planes (TS 29.281 §5.1, TS 29.060 §6). It is used again for the next message; its
 * content stays where it is.
 */
public final class GtpHeader {
  /** G-PDU: a packet of a phone. */
  public static final int G_PDU = 255;

  /** Error Indication: a tunnel that has no end. */
  public static final int ERROR_INDICATION = 26;

  private static final int LENGTH = 8;
  private static final int OPTIONS = 4;
  private static final int VERSION_1_GTP = 0x30;
  private static final int EXTENSION_FLAG = 4;
  private static final int SEQUENCE_FLAG = 2;
  private static final int N_PDU_FLAG = 1;

  private int type;
  private int tunnel;
  private int sequence;
  private int from;
  private int to;

  /** Reads it; false if it can't be read. What follows the message is padding. */
  public boolean decode(byte[] data, int begin, int end, DiscardCounter discards) {
    if (end - begin < LENGTH) {
      return discards.count(Discard.GTP_LENGTH);
    }
    if ((data[begin] & 0xf0) != VERSION_1_GTP) {
      return discards.count(Discard.GTP_VERSION);
    }
    type = u8(data, begin + 1);
    int length = u16(data, begin + 2);
    tunnel = i32(data, begin + 4);
    from = begin + LENGTH;
    to = from + length;
    if (to > end) {
      return discards.count(Discard.GTP_LENGTH);
    }
    int flags = data[begin] & (EXTENSION_FLAG | SEQUENCE_FLAG | N_PDU_FLAG);
    if (flags == 0) {
      sequence = 0;
      return true;
    }
    if (length < OPTIONS) {
      return discards.count(Discard.GTP_LENGTH);
    }
    sequence = u16(data, from);
    from += OPTIONS;
    int extension = (flags & EXTENSION_FLAG) == 0 ? 0 : u8(data, from - 1);
    return extension == 0 || extensions(data) || discards.count(Discard.GTP_EXTENSION);
  }

  /** Steps over extension headers: length in units of 4 bytes, content, type of the next one. */
  private boolean extensions(byte[] data) {
    int next;
    do {
      int length = from < to ? u8(data, from) * 4 : 0;
      if (length == 0 || length > to - from) {
        return false;
      }
      from += length;
      next = data[from - 1];
    } while (next != 0);
    return true;
  }

  public int type() {
    return type;
  }

  /** Tunnel endpoint identifier: of the receiver's end. */
  public int tunnel() {
    return tunnel;
  }

  /** Sequence number; 0 if there is none. */
  public int sequence() {
    return sequence;
  }

  /** Where the content begins. */
  public int from() {
    return from;
  }

  /** Where the content ends, exclusive. */
  public int to() {
    return to;
  }
}
