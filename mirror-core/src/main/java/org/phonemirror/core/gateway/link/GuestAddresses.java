package org.phonemirror.core.gateway.link;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.UdpFlow;

/**
 * What the guest is told of its network, so that it has the phone's addresses and asks the phone's
 * name servers. A guest that knows them by itself need not ask.
 *
 * @param phone the phone's address
 * @param router another in the same /24; it is the gateway's, as are all but the phone's
 * @param nameServers of either version, in order of preference
 * @param prefix the phone's /64, if it has IPv6
 */
public record GuestAddresses(
    Inet4Address phone,
    Inet4Address router,
    List<InetAddress> nameServers,
    Optional<Inet6Address> prefix) {
  /** As many as a DHCP option of ours holds; guests use three at most (resolv.conf(5)). */
  public static final int MAX_NAME_SERVERS = 8;

  public GuestAddresses {
    nameServers = List.copyOf(nameServers);
    if (nameServers.size() > MAX_NAME_SERVERS) {
      throw new IllegalArgumentException(
          nameServers.size() + " name servers, more than " + MAX_NAME_SERVERS);
    }
    if (phone.equals(router)) {
      throw new IllegalArgumentException(
          "phone and router have the same address " + phone.getHostAddress());
    }
  }

  /** Those of a phone with IPv4, behind the first address of its /24 that is not its own. */
  public static GuestAddresses of(Inet4Address phone, List<InetAddress> nameServers) {
    return new GuestAddresses(phone, routerBeside(phone), nameServers, Optional.empty());
  }

  /** Those that a phone had when a tape was recorded; empty if the tape tells no IPv4 address. */
  public static Optional<GuestAddresses> seenOn(Tape tape) {
    List<InetAddress> ownAddresses =
        Stream.concat(
                tape.tcp().stream().map(flow -> flow.phone().getAddress()),
                tape.udp().stream().map(flow -> flow.phone().getAddress()))
            .distinct()
            .toList();
    List<InetAddress> nameServers =
        tape.udp().stream()
            .filter(UdpFlow::isDns)
            .map(flow -> flow.remote().getAddress())
            .distinct()
            .limit(MAX_NAME_SERVERS)
            .toList();
    Optional<Inet6Address> prefix = first(ownAddresses, Inet6Address.class);
    return first(ownAddresses, Inet4Address.class)
        .map(phone -> new GuestAddresses(phone, routerBeside(phone), nameServers, prefix));
  }

  private static <T> Optional<T> first(List<InetAddress> addresses, Class<T> version) {
    return addresses.stream().filter(version::isInstance).map(version::cast).findFirst();
  }

  private static Inet4Address routerBeside(Inet4Address phone) {
    byte[] bytes = phone.getAddress();
    bytes[3] = (byte) (bytes[3] == 1 ? 2 : 1);
    try {
      return (Inet4Address) InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
