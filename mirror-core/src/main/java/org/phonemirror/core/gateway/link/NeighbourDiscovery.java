package org.phonemirror.core.gateway.link;

import static org.phonemirror.core.traffic.packet.Bytes.i64;
import static org.phonemirror.core.traffic.packet.Bytes.u8;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.phonemirror.core.traffic.packet.Addresses;
import org.phonemirror.core.traffic.packet.IpPacket;

/**
 * IPv6's ARP and DHCP (RFC 4861): all addresses but the guest's own are the gateway's, and the
 * guest makes its address of the phone's /64.
 */
public final class NeighbourDiscovery {
  private static final int ROUTER_SOLICITATION = 133;
  private static final int ROUTER_ADVERTISEMENT = 134;
  private static final int NEIGHBOUR_SOLICITATION = 135;
  private static final int NEIGHBOUR_ADVERTISEMENT = 136;
  private static final int SOURCE_ADDRESS = 1;
  private static final int TARGET_ADDRESS = 2;
  private static final int PREFIX = 3;
  private static final int NAME_SERVERS = 25;
  private static final int SOLICITATION = 24;
  private static final int CHECKSUM_AT = 2;
  private static final int LIFETIME_SECONDS = 86_400;
  private static final int ROUTER_LIFETIME_SECONDS = 9_000;
  private static final int PREFIX_BITS = 64;

  /** fe80::2, the router's. */
  private static final InetAddress ROUTER = Addresses.toInetAddress(0xfe80L << 48, 2);

  /** ff02::1, all nodes of the link. */
  private static final InetAddress ALL = Addresses.toInetAddress(0xff02L << 48, 1);

  private final GuestAddresses addresses;
  private final IpOutput output;

  public NeighbourDiscovery(GuestAddresses addresses, IpOutput output) {
    this.addresses = addresses;
    this.output = output;
  }

  /** Answers an ICMPv6 message; false if it is none that has an answer. */
  public boolean receive(IpPacket packet) {
    if (Addresses.isMapped(packet.sourceHigh(), packet.sourceLow())) {
      return false; // in a packet of IPv4 it means nothing
    }
    byte[] data = packet.data();
    int at = packet.from();
    int length = packet.to() - at;
    if (length >= 8 && u8(data, at) == ROUTER_SOLICITATION && addresses.prefix().isPresent()) {
      advertiseRouter(addresses.prefix().get());
      return true;
    }
    if (length < SOLICITATION || u8(data, at) != NEIGHBOUR_SOLICITATION) {
      return false;
    }
    boolean isProbe = packet.sourceHigh() == 0 && packet.sourceLow() == 0;
    if (isProbe) {
      return true; // the guest makes sure that nobody has its address (RFC 4862 §5.4)
    }
    InetAddress target = Addresses.toInetAddress(i64(data, at + 8), i64(data, at + 16));
    InetAddress asker = Addresses.toInetAddress(packet.sourceHigh(), packet.sourceLow());
    if (!(target instanceof Inet6Address) || target.isMulticastAddress()) {
      return false;
    }
    ByteBuffer message = ByteBuffer.allocate(SOLICITATION + 8);
    message.put((byte) NEIGHBOUR_ADVERTISEMENT).put((byte) 0).putShort((short) 0);
    message.putInt(0xe000_0000).put(target.getAddress()); // a router, asked, to be believed
    putLinkAddress(message, TARGET_ADDRESS);
    output.send(target, asker, IpPacket.ICMPV6, message.array(), CHECKSUM_AT);
    return true;
  }

  private void advertiseRouter(Inet6Address prefix) {
    List<InetAddress> servers =
        addresses.nameServers().stream().filter(Inet6Address.class::isInstance).toList();
    int forServers = servers.isEmpty() ? 0 : 8 + 16 * servers.size();
    ByteBuffer message = ByteBuffer.allocate(16 + 8 + 32 + forServers);
    message.put((byte) ROUTER_ADVERTISEMENT).put((byte) 0).putShort((short) 0);
    message.put((byte) PREFIX_BITS).put((byte) 0).putShort((short) ROUTER_LIFETIME_SECONDS);
    message.putInt(0).putInt(0);
    putLinkAddress(message, SOURCE_ADDRESS);
    message.put((byte) PREFIX).put((byte) 4).put((byte) PREFIX_BITS).put((byte) 0xc0);
    message.putInt(LIFETIME_SECONDS).putInt(LIFETIME_SECONDS).putInt(0);
    message.put(prefix.getAddress(), 0, 8).putLong(0);
    if (!servers.isEmpty()) { // RFC 8106 §5.1
      message.put((byte) NAME_SERVERS).put((byte) (1 + 2 * servers.size())).putShort((short) 0);
      message.putInt(LIFETIME_SECONDS);
      servers.forEach(server -> message.put(server.getAddress()));
    }
    output.send(ROUTER, ALL, IpPacket.ICMPV6, message.array(), CHECKSUM_AT);
  }

  private static void putLinkAddress(ByteBuffer message, int option) {
    message.put((byte) option).put((byte) 1).put(Ethernet.gateway());
  }
}
