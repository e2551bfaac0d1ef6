package org.phonemirror.core.traffic.packet;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * IP addresses as two numbers, so that packets are looked up without objects: an IPv4 address is
 * written as its IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2).
 */
public final class Addresses {
  private static final long MAPPED = 0xffffL << 32;

  private Addresses() {}

  /** The lower half of an IPv4 address; the upper one is 0. */
  public static long mapped(long ipv4) {
    return MAPPED | ipv4;
  }

  public static boolean isMapped(long high, long low) {
    return high == 0 && low >>> 32 == 0xffff;
  }

  /**
   * One number that names the phone: an IPv4 address, or the /64 prefix of an IPv6 address, which
   * is the phone's alone while it chooses the rest by itself (TS 29.061 §11.2.1.3.1). The two kinds
   * can't be taken for one another, as 0:ffff::/32 is no unicast prefix.
   */
  public static long phoneKey(long high, long low) {
    return isMapped(high, low) ? low : high;
  }

  /** As {@link #phoneKey(long, long)}. */
  public static long phoneKey(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4 ? mapped(Bytes.u32(bytes, 0)) : Bytes.i64(bytes, 0);
  }

  public static InetAddress toInetAddress(long high, long low) {
    byte[] bytes =
        isMapped(high, low)
            ? ByteBuffer.allocate(4).putInt((int) low).array()
            : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
    }
  }
}
