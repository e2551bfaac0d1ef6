package org.phonemirror.core.gateway.link;

/** Ethernet as far as both ends of the link need it (IEEE 802.3 §3.2). */
public final class Ethernet {
  /** Two addresses and a type. */
  public static final int HEADER = 14;

  /** The longest IP packet in a frame with two VLAN tags. */
  public static final int MAX_FRAME = HEADER + 8 + 65_535;

  /** Index of the sender's address in a frame. */
  public static final int SOURCE = 6;

  /** Index of the type in a frame without tags. */
  public static final int TYPE = 12;

  static final int ADDRESS = 6;
  static final short IPV4 = 0x0800;
  static final short ARP = 0x0806;
  static final short IPV6 = (short) 0x86dd;

  private static final byte[] GATEWAY = {0x02, 0, 0, 0, 0, 0x02};

  private Ethernet() {}

  /** The gateway's own address, locally administered. */
  static byte[] gateway() {
    return GATEWAY.clone();
  }
}
