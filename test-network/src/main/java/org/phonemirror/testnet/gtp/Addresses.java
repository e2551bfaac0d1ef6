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

  /** From its four octets. */
  public static Inet4Address of(int octets) {
    try {
      return of(ByteBuffer.allocate(4).putInt(octets).array());
    } catch (GtpException e) {
      throw new IllegalStateException("four octets are an address", e);
    }
  }

  /** Its four octets. */
  public static int octets(Inet4Address address) {
    return ByteBuffer.wrap(address.getAddress()).getInt();
  }

  /** The address so many after this one. */
  public static Inet4Address plus(Inet4Address address, int number) {
    return of(octets(address) + number);
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
