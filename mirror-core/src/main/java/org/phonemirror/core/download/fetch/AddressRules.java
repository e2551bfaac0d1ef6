package org.phonemirror.core.download.fetch;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses files may be fetched from, so that nobody looks into the operator's networks
 * through the mirror server. Without exceptions it is what is routed in the Internet: of IPv6 only
 * global unicast (2000::/3), so that unique local, link-local, IPv4-compatible and NAT64
 * (64:ff9b::/96) addresses and multicast are out without being named.
 *
 * @param denied the operator's own public networks, which nobody else can know
 * @param allowed exceptions from what is denied always, but not from {@code denied}
 */
public record AddressRules(List<Network> denied, List<Network> allowed) {
  /** Nothing but the Internet. */
  public static final AddressRules INTERNET = new AddressRules(List.of(), List.of());

  private static final Network GLOBAL_UNICAST = Network.parse("2000::/3");

  /** The registries of special-purpose addresses (RFC 6890), and what is a tunnel into IPv4. */
  private static final List<Network> SPECIAL =
      Stream.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10", // shared by carrier-grade NATs: other subscribers
              "127.0.0.0/8",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.88.99.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/3",
              "2001::/23", // Teredo among others
              "2001:db8::/32",
              "2002::/16", // 6to4
              "3fff::/20")
          .map(Network::parse)
          .toList();

  public AddressRules {
    denied = List.copyOf(denied);
    allowed = List.copyOf(allowed);
  }

  /** Whether to connect to it. */
  public boolean permit(InetAddress address) {
    if (isIn(denied, address)) {
      return false;
    }
    return isIn(allowed, address)
        || ((address instanceof Inet4Address || GLOBAL_UNICAST.contains(address))
            && !isIn(SPECIAL, address));
  }

  private static boolean isIn(List<Network> networks, InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }
}
