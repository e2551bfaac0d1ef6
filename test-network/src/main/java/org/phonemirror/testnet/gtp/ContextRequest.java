package org.phonemirror.testnet.gtp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.phonemirror.hss.diameter.Tbcd;

/**
 * What an SGSN asks of a GGSN in a Create PDP Context Request (TS 29.060 §7.3.1): an IPv4 context
 * with any address, as osmo-ggsn refuses requests for a certain one.
 *
 * @param nsapi number of the context within the phone, 5 to 15
 * @param control the SGSN's tunnel endpoint for responses
 * @param data the SGSN's tunnel endpoint for packets to the phone
 * @param sgsn the SGSN's address
 */
public record ContextRequest(
    String imsi,
    Optional<String> msisdn,
    int nsapi,
    String apn,
    long control,
    long data,
    Inet4Address sgsn) {
  private static final int FIRST_NSAPI = 5;
  private static final int LAST_NSAPI = 15;
  private static final int IMSI_BYTES = 8;

  /** International number, of the numbering plan of E.164 (TS 29.002). */
  private static final byte INTERNATIONAL = (byte) 0x91;

  /** The phone or the network chose the access point, and it is subscribed (§7.7.12). */
  private static final int SUBSCRIPTION_VERIFIED = 0xfc;

  /** IETF's, IPv4 (§7.7.27). */
  private static final byte[] IPV4 = {(byte) 0xf1, 0x21};

  /**
   * Retention priority 3; best effort, background class, as much as there is (§7.7.34, TS 24.008
   * §10.5.6.5).
   */
  private static final byte[] BEST_EFFORT = HexFormat.of().parseHex("030b921f9196fefe74f9ffff");

  public ContextRequest {
    if (nsapi < FIRST_NSAPI || nsapi > LAST_NSAPI) {
      throw new IllegalArgumentException("NSAPI is " + nsapi + ", must be from 5 to 15");
    }
  }

  /** The message. */
  public ControlMessage message(int sequence, int recovery) {
    List<ControlMessage.Element> elements = new ArrayList<>();
    elements.add(new ControlMessage.Element(ControlMessage.Element.IMSI, imsiOctets()));
    elements.add(ControlMessage.Element.of(ControlMessage.Element.RECOVERY, recovery));
    elements.add(
        ControlMessage.Element.of(ControlMessage.Element.SELECTION_MODE, SUBSCRIPTION_VERIFIED));
    elements.add(ControlMessage.Element.ofTeid(ControlMessage.Element.TEID_DATA, data));
    elements.add(ControlMessage.Element.ofTeid(ControlMessage.Element.TEID_CONTROL, control));
    elements.add(ControlMessage.Element.of(ControlMessage.Element.NSAPI, nsapi));
    elements.add(endUserAddress(Optional.empty()));
    elements.add(new ControlMessage.Element(ControlMessage.Element.APN, labels()));
    // for signalling and for users' packets; osmo-ggsn 1.9.0 does not survive an empty one
    elements.add(gsnAddress(sgsn));
    elements.add(gsnAddress(sgsn));
    msisdn.ifPresent(
        digits ->
            elements.add(
                new ControlMessage.Element(ControlMessage.Element.MSISDN, msisdnOctets(digits))));
    elements.add(qos());
    return new ControlMessage(Gtp.CREATE_PDP_CONTEXT_REQUEST, 0, sequence, elements);
  }

  private byte[] imsiOctets() {
    byte[] octets = new byte[IMSI_BYTES];
    Arrays.fill(octets, (byte) 0xff);
    byte[] digits = Tbcd.encode(imsi);
    System.arraycopy(digits, 0, octets, 0, digits.length);
    return octets;
  }

  private static byte[] msisdnOctets(String digits) {
    byte[] number = Tbcd.encode(digits);
    return ByteBuffer.allocate(1 + number.length).put(INTERNATIONAL).put(number).array();
  }

  /** Each label after its length (TS 23.003 §9.1). */
  private byte[] labels() {
    ByteBuffer out = ByteBuffer.allocate(apn.length() + 1);
    for (String label : apn.split("\\.", -1)) {
      out.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
    }
    return out.array();
  }

  static ControlMessage.Element endUserAddress(Optional<Inet4Address> address) {
    byte[] octets = address.map(InetAddress::getAddress).orElse(new byte[0]);
    byte[] value = Arrays.copyOf(IPV4, IPV4.length + octets.length);
    System.arraycopy(octets, 0, value, IPV4.length, octets.length);
    return new ControlMessage.Element(ControlMessage.Element.END_USER_ADDRESS, value);
  }

  /** The address in an element of that kind. */
  static Inet4Address address(byte[] endUserAddress) throws GtpException {
    if (endUserAddress.length != IPV4.length + 4
        || !Arrays.equals(endUserAddress, 0, IPV4.length, IPV4, 0, IPV4.length)) {
      throw new GtpException("End User Address is not of IPv4");
    }
    return Addresses.of(Arrays.copyOfRange(endUserAddress, IPV4.length, endUserAddress.length));
  }

  static ControlMessage.Element gsnAddress(Inet4Address address) {
    return new ControlMessage.Element(ControlMessage.Element.GSN_ADDRESS, address.getAddress());
  }

  static ControlMessage.Element qos() {
    return new ControlMessage.Element(ControlMessage.Element.QOS, BEST_EFFORT);
  }
}
