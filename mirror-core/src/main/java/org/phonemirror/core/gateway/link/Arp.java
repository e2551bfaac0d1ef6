package org.phonemirror.core.gateway.link;

import static org.phonemirror.core.traffic.packet.Bytes.i32;
import static org.phonemirror.core.traffic.packet.Bytes.i64;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.phonemirror.core.traffic.packet.Bytes;

/** Answers address resolution (RFC 826): all addresses but the guest's own are the gateway's. */
public final class Arp {
  private static final int PACKET = 28;

  /** Ethernet and IPv4, addresses of 6 and 4 bytes, and the operation. */
  private static final long REQUEST = 0x0001_0800_0604_0001L;

  private static final long REPLY = 0x0001_0800_0604_0002L;

  private final int phone;

  public Arp(GuestAddresses addresses) {
    phone = i32(addresses.phone().getAddress(), 0);
  }

  /** Whether a frame, which has a whole header, carries ARP. */
  public static boolean isArp(byte[] data, int from) {
    return (short) Bytes.u16(data, from + Ethernet.TYPE) == Ethernet.ARP;
  }

  /**
   * The reply to a frame. None if it is no request, or one by which the guest makes sure that
   * nobody has its address (RFC 5227).
   */
  public Optional<ByteBuffer> reply(byte[] data, int from, int to) {
    int at = from + Ethernet.HEADER;
    if (to - at < PACKET || i64(data, at) != REQUEST) {
      return Optional.empty();
    }
    int asker = i32(data, at + 14);
    int wanted = i32(data, at + 24);
    if (asker == 0 || wanted == asker || wanted == phone) {
      return Optional.empty();
    }
    ByteBuffer frame = ByteBuffer.allocate(Ethernet.HEADER + PACKET);
    frame.put(data, at + 8, Ethernet.ADDRESS).put(Ethernet.gateway()).putShort(Ethernet.ARP);
    frame.putLong(REPLY).put(Ethernet.gateway()).putInt(wanted);
    frame.put(data, at + 8, Ethernet.ADDRESS).putInt(asker);
    return Optional.of(frame.flip());
  }
}
