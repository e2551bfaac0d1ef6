package org.phonemirror.testnet.bench;

import java.nio.ByteBuffer;

/** Datagrams of a tap: phones' packets in GTP-U, and the GTP-C that tells whose they are. */
final class TapFrames {
  static final int FIN = 1;
  static final int SYN = 2;
  static final int ACK = 16;
  static final int SERVER_PORT = 80;
  private static final int SERVER = 0xc0000250; // 192.0.2.80
  private static final int PHONES = 0x0a400000; // 10.64.0.0
  private static final int GTP_HEADER = 8;
  private static final int IP_HEADER = 20;
  private static final int TCP_HEADER = 20;
  private static final int UDP_HEADER = 8;

  private TapFrames() {}

  /** A TCP segment of a phone's connection, in its tunnel. */
  static byte[] segment(
      int phone, int port, boolean fromPhone, int sequence, int ack, int flags, byte[] payload) {
    ByteBuffer out = packet(phone, fromPhone, 6, TCP_HEADER + payload.length);
    out.putShort((short) (fromPhone ? port : SERVER_PORT));
    out.putShort((short) (fromPhone ? SERVER_PORT : port));
    out.putInt(sequence).putInt(ack).put((byte) 0x50).put((byte) flags);
    out.putShort((short) 0xffff).putInt(0).put(payload);
    return bytes(out);
  }

  /** A UDP datagram, in its phone's tunnel. */
  static byte[] datagram(int phone, int port, boolean fromPhone, byte[] payload) {
    ByteBuffer out = packet(phone, fromPhone, 17, UDP_HEADER + payload.length);
    out.putShort((short) (fromPhone ? port : 53));
    out.putShort((short) (fromPhone ? 53 : port));
    out.putShort((short) (UDP_HEADER + payload.length)).putShort((short) 0).put(payload);
    return bytes(out);
  }

  private static ByteBuffer packet(int phone, boolean fromPhone, int protocol, int length) {
    int total = IP_HEADER + length;
    ByteBuffer out = ByteBuffer.allocate(GTP_HEADER + total);
    out.put((byte) 0x30).put((byte) 255).putShort((short) total);
    out.putInt(fromPhone ? uplink(phone) : downlink(phone));
    out.putShort((short) 0x4500).putShort((short) total).putInt(0x4000);
    out.put((byte) 64).put((byte) protocol).putShort((short) 0);
    out.putInt(fromPhone ? PHONES + phone : SERVER);
    out.putInt(fromPhone ? SERVER : PHONES + phone);
    int sum = 0;
    for (int at = GTP_HEADER; at < GTP_HEADER + IP_HEADER; at += 2) {
      sum += out.getShort(at) & 0xffff;
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    out.putShort(GTP_HEADER + 10, (short) ~((sum & 0xffff) + (sum >>> 16)));
    return out;
  }

  private static byte[] bytes(ByteBuffer out) {
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  private static int uplink(int phone) {
    return 0x2000 + phone;
  }

  private static int downlink(int phone) {
    return 0x1000 + phone;
  }

  /** IMSI of a phone. */
  static String imsi(int phone) {
    return "00101" + (1_000_000_000L + phone);
  }

  /** Create PDP Context Request (TS 29.060 §7.3.1). */
  static byte[] createRequest(int phone) {
    ByteBuffer out = control(16, 0, phone);
    out.put((byte) 2);
    String imsi = imsi(phone) + "?"; // '?' is '0' + 15, the filler
    for (int i = 0; i < imsi.length(); i += 2) {
      out.put((byte) ((imsi.charAt(i) - '0') | (imsi.charAt(i + 1) - '0') << 4));
    }
    out.put((byte) 16).putInt(downlink(phone)).put((byte) 17).putInt(downlink(phone));
    out.put((byte) 20).put((byte) 5);
    return finish(out);
  }

  /** Create PDP Context Response (TS 29.060 §7.3.2). */
  static byte[] createResponse(int phone) {
    ByteBuffer out = control(17, downlink(phone), phone);
    out.put((byte) 1).put((byte) 128);
    out.put((byte) 16).putInt(uplink(phone)).put((byte) 17).putInt(uplink(phone));
    out.put((byte) 128).putShort((short) 6).putShort((short) 0xf121).putInt(PHONES + phone);
    return finish(out);
  }

  private static ByteBuffer control(int type, int tunnel, int sequence) {
    return ByteBuffer.allocate(100)
        .put((byte) 0x32)
        .put((byte) type)
        .putShort((short) 0)
        .putInt(tunnel)
        .putShort((short) sequence)
        .putShort((short) 0);
  }

  private static byte[] finish(ByteBuffer message) {
    message.putShort(2, (short) (message.position() - GTP_HEADER));
    return bytes(message);
  }
}
