package org.phonemirror.core.traffic.packet;

import static org.phonemirror.core.traffic.packet.Bytes.u16;

/** Reads Ethernet frames, with or without VLAN tags, and the VXLAN header around them. */
public final class EthernetDecoder {
  private static final int NOTHING = -1;
  private static final int VXLAN_HEADER = 8;
  private static final int ADDRESSES = 12;
  private static final int MAX_TAGS = 2;
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final int VLAN = 0x8100;
  private static final int SERVICE_VLAN = 0x88a8;

  private final DiscardCounter discards;

  public EthernetDecoder(DiscardCounter discards) {
    this.discards = discards;
  }

  /**
   * The network identifier of a VXLAN datagram (RFC 7348 §5), whose frame begins 8 bytes later.
   *
   * @return a number of 24 bits, or a negative one if there is none
   */
  public int vxlanNetwork(byte[] data, int from, int to) {
    if (to - from < VXLAN_HEADER || (data[from] & 0x08) == 0) {
      discards.count(Discard.VXLAN_HEADER);
      return NOTHING;
    }
    return Bytes.u24(data, from + 4);
  }

  /**
   * Where a frame's IP packet begins.
   *
   * @return an index, or a negative number if there is no IP packet
   */
  public int ipOffset(byte[] data, int from, int to) {
    int at = from + ADDRESSES;
    for (int tags = 0; tags <= MAX_TAGS; tags++) {
      if (to - at < 2) {
        discards.count(Discard.ETHERNET_HEADER);
        return NOTHING;
      }
      int type = u16(data, at);
      if (type == IPV4 || type == IPV6) {
        return at + 2;
      }
      if (type != VLAN && type != SERVICE_VLAN) {
        break;
      }
      at += 4;
    }
    discards.count(Discard.ETHERNET_TYPE);
    return NOTHING;
  }
}
