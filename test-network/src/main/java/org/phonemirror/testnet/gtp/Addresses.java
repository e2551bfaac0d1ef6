package org.phonemirror.testnet.gtp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** IPv4 addresses. */
public final class Addresses {
  private Addresses() {}

  /**
   * From its octets.
   *
   * @throws GtpException if they are not four
   */
  public static Inet4Address of(byte[] octets) throws GtpException {
    try {
      if (InetAddress.getByAddress(octets) instanceof Inet4Address address) {
        return address;
      }
    } catch (UnknownHostException e) {
      throw new GtpException("an address of " + octets.length + " octets");
    }
    throw new GtpException("an address of " + octets.length + " octets, not of IPv4");
  }

  /** Its four octets. */
  public static int octets(Inet4Address address) {
    return ByteBuffer.wrap(address.getAddress()).getInt();
  }

  /** From its text; numeric, nothing is looked up. */
  public static Inet4Address of(String dotted) {
    if (!dotted.matches("[0-9]{1,3}([.][0-9]{1,3}){3}")) {
      throw new IllegalArgumentException("'" + dotted + "' is not an IPv4 address");
    }
    try {
      return (Inet4Address) InetAddress.getByName(dotted);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("'" + dotted + "' is not an IPv4 address", e);
    }
  }
}
