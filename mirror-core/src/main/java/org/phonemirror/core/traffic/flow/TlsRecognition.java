package org.phonemirror.core.traffic.flow;

import static org.phonemirror.core.traffic.packet.Bytes.i32;
import static org.phonemirror.core.traffic.packet.Bytes.u16;
import static org.phonemirror.core.traffic.packet.Bytes.u24;
import static org.phonemirror.core.traffic.packet.Bytes.u8;

/** Tells encrypted flows by what the client sends first. */
final class TlsRecognition {
  private static final int HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int RECORD_HEADER = 5;
  private static final int HELLO_HEADER = 4;

  /** Smallest body of a ClientHello: version, random, and four empty or one-entry vectors. */
  private static final int MIN_HELLO = 2 + 32 + 1 + 4 + 2;

  private static final int MAX_RECORD = 1 << 14;
  private static final int HTTPS = 443;

  private TlsRecognition() {}

  /** Whether a connection's first bytes are a TLS record with a handshake (RFC 8446 §5.1). */
  static boolean isHandshake(byte[] data, int from, int length) {
    return length >= 3 && data[from] == HANDSHAKE && data[from + 1] == 3 && u8(data, from + 2) <= 4;
  }

  /**
   * Whether a segment begins with a ClientHello, in the middle of a connection that was plain
   * before, as after STARTTLS (RFC 3207). All that a header says must fit, as here it may be
   * anything's content.
   */
  static boolean isClientHello(byte[] data, int from, int length) {
    if (length < RECORD_HEADER + HELLO_HEADER + 2 || !isHandshake(data, from, length)) {
      return false;
    }
    int record = u16(data, from + 3);
    int hello = u24(data, from + RECORD_HEADER + 1);
    return record <= MAX_RECORD
        && data[from + RECORD_HEADER] == CLIENT_HELLO
        && hello >= MIN_HELLO
        && hello >= record - HELLO_HEADER
        && data[from + RECORD_HEADER + HELLO_HEADER] == 3;
  }

  /**
   * Whether a datagram is a DTLS record (RFC 6347 §4.1, RFC 9146 §4), or one of QUIC version 1 or 2
   * that begins a connection (RFC 9000 §17.2, RFC 9369).
   */
  static boolean isEncryptedDatagram(byte[] data, int from, int length, int remotePort) {
    return isDtls(data, from, length) || (remotePort == HTTPS && isQuic(data, from, length));
  }

  private static boolean isDtls(byte[] data, int from, int length) {
    if (length < 13) {
      return false;
    }
    int type = u8(data, from);
    int version = u16(data, from + 1);
    return type >= 20 && type <= 25 && (version == 0xfeff || version == 0xfefd);
  }

  private static boolean isQuic(byte[] data, int from, int length) {
    if (length < 7 || (data[from] & 0xc0) != 0xc0) {
      return false;
    }
    int version = i32(data, from + 1);
    return version == 1 || version == 0x6b3343cf;
  }
}
