package org.phonemirror.core.subscriber;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host, or a network in CIDR notation (RFC 4632, RFC 4291 §2.3).
 *
 * @param address its first address; bits of hosts are taken out
 * @param prefix bits that its addresses have in common
 */
public record IpNetwork(InetAddress address, int prefix) {
  private static final Pattern FORM = Pattern.compile("([0-9A-Fa-f:.]{2,45})(?:/([0-9]{1,3}))?");
  private static final Pattern IPV4 =
      Pattern.compile(
          "(0|[1-9]\\d{0,2})\\.(0|[1-9]\\d{0,2})\\.(0|[1-9]\\d{0,2})\\.(0|[1-9]\\d{0,2})");

  public IpNetwork {
    byte[] bytes = address.getAddress();
    if (prefix < 0 || prefix > 8 * bytes.length) {
      throw new IllegalArgumentException(
          "prefix of "
              + address.getHostAddress()
              + "/"
              + prefix
              + " must be from 0 to "
              + 8 * bytes.length);
    }
    for (int bit = prefix; bit < 8 * bytes.length; bit++) {
      bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
    }
    address = of(bytes);
  }

  /** Reads {@code 192.0.2.0/24}, {@code 2001:db8::/32}, or one address. Names are not looked up. */
  public static IpNetwork parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw invalid(text);
    }
    InetAddress address = address(form.group(1), text);
    return new IpNetwork(
        address,
        form.group(2) == null ? 8 * address.getAddress().length : Integer.parseInt(form.group(2)));
  }

  private static InetAddress address(String literal, String text) {
    Matcher ipv4 = IPV4.matcher(literal);
    if (ipv4.matches()) {
      byte[] bytes = new byte[4];
      for (int i = 0; i < bytes.length; i++) {
        int octet = Integer.parseInt(ipv4.group(i + 1));
        if (octet > 255) {
          throw invalid(text);
        }
        bytes[i] = (byte) octet;
      }
      return of(bytes);
    }
    try {
      // with a colon, it is a literal or fails; without, it might be looked up
      InetAddress address = literal.contains(":") ? InetAddress.getByName(literal) : null;
      if (address != null && address.getAddress().length == 16) {
        return address;
      }
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(invalid(text).getMessage(), e);
    }
    throw invalid(text);
  }

  private static IllegalArgumentException invalid(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is no network: it must be like 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32");
  }

  private static InetAddress of(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
    }
  }

  /** Whether an address is in it. One of the other version of IP never is. */
  public boolean contains(InetAddress other) {
    byte[] own = address.getAddress();
    byte[] bytes = other.getAddress();
    if (own.length != bytes.length) {
      return false;
    }
    int whole = prefix / 8;
    for (int i = 0; i < whole; i++) {
      if (own[i] != bytes[i]) {
        return false;
      }
    }
    int rest = prefix % 8;
    return rest == 0 || (own[whole] ^ bytes[whole]) >> (8 - rest) == 0;
  }

  @Override
  public String toString() {
    boolean host = prefix == 8 * address.getAddress().length;
    return address.getHostAddress() + (host ? "" : "/" + prefix);
  }
}
