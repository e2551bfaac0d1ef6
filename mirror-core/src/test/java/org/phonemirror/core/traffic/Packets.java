package org.phonemirror.core.traffic;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Packets, built byte by byte after the RFCs, without anything of what reads them. */
public final class Packets {
  private Packets() {}

  public static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** An IPv4 or IPv6 packet, by the addresses. */
  public static byte[] ip(String source, String destination, int protocol, byte[] payload) {
    byte[] from = address(source);
    byte[] to = address(destination);
    if (from.length == 16) {
      return join(
          ByteBuffer.allocate(8)
              .putInt(0x60000000)
              .putShort((short) payload.length)
              .put((byte) protocol)
              .put((byte) 64)
              .array(),
          from,
          to,
          payload);
    }
    return ipv4(from, to, protocol, 7, 0, payload);
  }

  private static byte[] ipv4(
      byte[] from, byte[] to, int protocol, int id, int fragment, byte[] payload) {
    byte[] header =
        ByteBuffer.allocate(20)
            .putShort((short) 0x4500)
            .putShort((short) (20 + payload.length))
            .putShort((short) id)
            .putShort((short) fragment)
            .put((byte) 64)
            .put((byte) protocol)
            .putShort((short) 0)
            .put(from)
            .put(to)
            .array();
    return join(withChecksum(header), payload);
  }

  /** Sets the header checksum of an IPv4 packet. */
  public static byte[] withChecksum(byte[] packet) {
    packet[10] = 0;
    packet[11] = 0;
    int sum = 0;
    for (int i = 0; i < 20; i += 2) {
      sum += ByteBuffer.wrap(packet).getShort(i) & 0xffff;
    }
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    ByteBuffer.wrap(packet).putShort(10, (short) ~sum);
    return packet;
  }

  /** Fragments of a packet, each of so many bytes of payload. */
  public static List<byte[]> fragments(byte[] packet, int size) {
    boolean ipv6 = packet[0] >> 4 == 6;
    int header = ipv6 ? 40 : 20;
    List<byte[]> fragments = new ArrayList<>();
    for (int at = header; at < packet.length; at += size) {
      int end = Math.min(packet.length, at + size);
      fragments.add(fragment(packet, at - header, end - header, end < packet.length));
    }
    return fragments;
  }

  /** One fragment: bytes [from, to) of a packet's payload. */
  public static byte[] fragment(byte[] packet, int from, int to, boolean more) {
    boolean ipv6 = packet[0] >> 4 == 6;
    int header = ipv6 ? 40 : 20;
    byte[] payload = Arrays.copyOfRange(packet, header + from, header + to);
    if (!ipv6) {
      return ipv4(
          Arrays.copyOfRange(packet, 12, 16),
          Arrays.copyOfRange(packet, 16, 20),
          packet[9],
          7,
          from / 8 | (more ? 0x2000 : 0),
          payload);
    }
    byte[] extension =
        ByteBuffer.allocate(8)
            .put(packet[6])
            .put((byte) 0)
            .putShort((short) (from | (more ? 1 : 0)))
            .putInt(77)
            .array();
    byte[] fragment = join(Arrays.copyOf(packet, 40), extension, payload);
    fragment[6] = 44;
    ByteBuffer.wrap(fragment).putShort(4, (short) (8 + payload.length));
    return fragment;
  }

  /** A TCP segment; flags are letters of SAFR. */
  public static byte[] tcp(
      int sourcePort, int destinationPort, long sequence, long ack, String flags, byte[] payload) {
    int bits = 0;
    bits |= flags.contains("F") ? 1 : 0;
    bits |= flags.contains("S") ? 2 : 0;
    bits |= flags.contains("R") ? 4 : 0;
    bits |= flags.contains("A") ? 16 : 0;
    return join(
        ByteBuffer.allocate(20)
            .putShort((short) sourcePort)
            .putShort((short) destinationPort)
            .putInt((int) sequence)
            .putInt((int) ack)
            .put((byte) 0x50)
            .put((byte) bits)
            .putShort((short) 65_535)
            .array(),
        payload);
  }

  public static byte[] udp(int sourcePort, int destinationPort, byte[] payload) {
    return join(
        ByteBuffer.allocate(8)
            .putShort((short) sourcePort)
            .putShort((short) destinationPort)
            .putShort((short) (8 + payload.length))
            .array(),
        payload);
  }

  /** Destination unreachable, about a packet. */
  public static byte[] unreachable(int type, int code, byte[] packet) {
    return join(new byte[] {(byte) type, (byte) code, 0, 0, 0, 0, 0, 0}, packet);
  }

  public static byte[] gtp(int type, int tunnel, byte[] content) {
    return join(
        ByteBuffer.allocate(8)
            .put((byte) 0x30)
            .put((byte) type)
            .putShort((short) content.length)
            .putInt(tunnel)
            .array(),
        content);
  }

  /** With a sequence number, as GTP-C has. */
  public static byte[] gtp(int type, int tunnel, int sequence, byte[]... elements) {
    byte[] content =
        join(ByteBuffer.allocate(4).putShort((short) sequence).array(), join(elements));
    byte[] message = gtp(type, tunnel, content);
    message[0] = 0x32;
    return message;
  }

  /** A GTP-C information element of known length. */
  public static byte[] tv(int type, int length, long value) {
    ByteBuffer element = ByteBuffer.allocate(1 + length).put((byte) type);
    for (int i = length - 1; i >= 0; i--) {
      element.put((byte) (value >> (8 * i)));
    }
    return element.array();
  }

  /** A GTP-C information element that tells its length. */
  public static byte[] tlv(int type, byte[] value) {
    return join(
        ByteBuffer.allocate(3).put((byte) type).putShort((short) value.length).array(), value);
  }

  public static byte[] imsi(String digits) {
    return join(new byte[] {2}, tbcd(digits, 8));
  }

  public static byte[] msisdn(String digits) {
    return tlv(134, join(new byte[] {(byte) 0x91}, tbcd(digits, (digits.length() + 1) / 2)));
  }

  private static byte[] tbcd(String digits, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 0xff);
    for (int i = 0; i < digits.length(); i++) {
      int shift = i % 2 * 4;
      int digit = digits.charAt(i) - '0';
      bytes[i / 2] = (byte) ((bytes[i / 2] & ~(0xf << shift)) | (digit << shift));
    }
    return bytes;
  }

  /** End User Address with an address, or without one where the network is to choose it. */
  public static byte[] endUserAddress(String... addresses) {
    if (addresses.length == 0) {
      return tlv(128, new byte[] {(byte) 0xf1, 0x21});
    }
    byte type = (byte) (addresses.length == 2 ? 0x8d : addresses[0].contains(":") ? 0x57 : 0x21);
    byte[] value = {(byte) 0xf1, type};
    for (String address : addresses) {
      value = join(value, address(address));
    }
    return tlv(128, value);
  }

  public static byte[] gsnAddress(String address) {
    return tlv(133, address(address));
  }

  public static byte[] ethernet(byte[] packet, int... vlans) {
    byte[] header = new byte[12];
    for (int vlan : vlans) {
      header = join(header, new byte[] {(byte) 0x81, 0, (byte) (vlan >> 8), (byte) vlan});
    }
    byte[] type = packet[0] >> 4 == 6 ? new byte[] {(byte) 0x86, (byte) 0xdd} : new byte[] {8, 0};
    return join(header, type, packet);
  }

  public static byte[] vxlan(int network, byte[] frame) {
    return join(ByteBuffer.allocate(8).putInt(0x08000000).putInt(network << 8).array(), frame);
  }

  private static byte[] address(String text) {
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
