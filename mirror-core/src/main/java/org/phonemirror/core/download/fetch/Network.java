package org.phonemirror.core.download.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * A range of IP addresses.
 *
 * @param first its first address
 * @param prefixLength how many leading bits its addresses share
 */
public record Network(InetAddress first, int prefixLength) {
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  public Network {
    int bits = first.getAddress().length * 8;
    if (prefixLength < 0 || prefixLength > bits) {
      throw new IllegalArgumentException(
          "prefix length of "
              + first.getHostAddress()
              + " is "
              + prefixLength
              + ", not 0 to "
              + bits);
    }
  }

  /**
   * Reads {@code address/length}, or an address alone.
   *
   * @throws IllegalArgumentException if it is neither; names are not looked up
   */
  public static Network parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    if (!LITERAL.matcher(address).matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no network; write it as 192.0.2.0/24 or 2001:db8::/32");
    }
    try {
      InetAddress first = InetAddress.getByName(address);
      int bits = first.getAddress().length * 8;
      return new Network(first, slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1)));
    } catch (UnknownHostException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no network; write it as 192.0.2.0/24 or 2001:db8::/32", e);
    }
  }

  /** Whether an address is in it. IPv4-mapped IPv6 addresses are IPv4 addresses to Java. */
  public boolean contains(InetAddress address) {
    byte[] ours = first.getAddress();
    byte[] theirs = address.getAddress();
    if (ours.length != theirs.length) {
      return false;
    }
    for (int bit = 0; bit < prefixLength; bit += 8) {
      int mask = 0xff << Math.max(0, 8 - (prefixLength - bit));
      if (((ours[bit / 8] ^ theirs[bit / 8]) & mask & 0xff) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return first.getHostAddress() + "/" + prefixLength;
  }
}
