package org.phonemirror.testnet.packet;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.phonemirror.core.firewall.Enforcement;
import org.phonemirror.core.firewall.NftEnforcement;
import org.phonemirror.testnet.gtp.Addresses;
import org.phonemirror.testnet.gtp.Gtp;
import org.phonemirror.testnet.phone.PhoneNetwork;
import org.phonemirror.testnet.program.Command;
import org.phonemirror.testnet.server.Servers;
import org.phonemirror.testnet.server.Site;
import org.phonemirror.testnet.sgsn.GgsnPath;
import org.phonemirror.testnet.sgsn.PacketSgsn;
import org.phonemirror.testnet.sgsn.Radio;
import org.phonemirror.testnet.sgsn.Sgsn;
import org.phonemirror.testnet.sgsn.Teids;
import org.phonemirror.testnet.sgsn.TrafficCopy;
import org.phonemirror.testnet.sgsn.UserPlane;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Needs root: this process is the SGSN, an osmo-ggsn and the servers are in network namespaces.
 *
 * <p>Phones reach the mirror server and the MMS relay, which are not in a namespace, by ports that
 * are forwarded from {@code SERVERS} to {@link #hostAddress}. What arrives there seems to come from
 * the servers' namespace, so that several networks with the same addresses do not disturb each
 * other. The mirror server reaches web and mail server at {@link #serversAddress}.
 */
public final class GgsnNetwork implements PacketNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(GgsnNetwork.class);
  private static final Inet4Address NAMES = Addresses.of("10.0.2.3");

  private final Namespaces namespaces;
  private final PacketSgsn sgsn;
  private final UserPlane plane;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Thread hook = new Thread(this::tearDown, "packet-network-stop");

  private GgsnNetwork(Path directory, Sgsn hssSide, TrafficCopy copy) throws IOException {
    namespaces = Namespaces.create();
    open.push(namespaces);
    try {
      connect();
      open.push(Ggsn.start(namespaces.ggsn(), namespaces.host(2), directory));
      plane = new UserPlane(namespaces.host(1));
      open.push(plane);
      GgsnPath path =
          new GgsnPath(
              namespaces.host(1),
              new InetSocketAddress(namespaces.host(2), Gtp.CONTROL_PORT),
              GgsnPath.Timers.DEFAULT);
      open.push(path);
      path.echo();
      sgsn =
          new PacketSgsn(
              hssSide, path, namespaces.host(1), PacketNetwork.accessPoints(), new Teids(), copy);
      open.push(sgsn);
    } catch (IOException | RuntimeException e) {
      tearDown();
      throw e;
    }
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Makes it.
   *
   * @param directory for the GGSN's configuration, state and log
   * @param hssSide closed with it, and if this fails
   * @param copy closed with it, and if this fails
   * @throws IOException if something is not installed or not allowed; nothing is left then
   */
  static GgsnNetwork start(Path directory, Sgsn hssSide, TrafficCopy copy) throws IOException {
    try {
      return new GgsnNetwork(directory, hssSide, copy);
    } catch (IOException | RuntimeException e) {
      hssSide.close();
      copy.close();
      throw e;
    }
  }

  /** Addresses, routes, and the way from the servers' address to this process. */
  private void connect() throws IOException {
    String ggsn = namespaces.ggsn();
    String gi = namespaces.gi();
    for (Inet4Address server : List.of(SERVERS, NAMES)) {
      String one = server.getHostAddress() + "/32";
      Namespaces.ip("-n", gi, "addr", "add", one, "dev", "gi");
      Namespaces.ip("-n", ggsn, "route", "add", one, "via", namespaces.host(6).getHostAddress());
    }
    for (String phones : List.of(Ggsn.INTERNET, Ggsn.MMS)) {
      Namespaces.ip("-n", gi, "route", "add", phones, "via", namespaces.host(5).getHostAddress());
    }
    nft(
        """
        table ip phones {
          set tcp-ports { type inet_service; }
          set udp-ports { type inet_service; }
          chain to-servers {
            type nat hook prerouting priority dstnat;
            ip daddr %1$s tcp dport @tcp-ports dnat to %2$s
            ip daddr %1$s udp dport @udp-ports dnat to %2$s
            iifname "host" ip daddr %3$s tcp dport { %4$d, %5$d } dnat to %1$s
          }
          chain from-servers {
            type nat hook postrouting priority srcnat;
            oifname "host" masquerade
          }
        }
        """
            .formatted(
                SERVERS.getHostAddress(),
                hostAddress().getHostAddress(),
                serversAddress().getHostAddress(),
                Servers.WEB_PORT,
                Servers.MAIL_PORT));
  }

  private void nft(String commands) throws IOException {
    List<String> nft = new ArrayList<>(Namespaces.runner(namespaces.gi()));
    nft.addAll(List.of("nft", "-f", "-"));
    Command.run(nft, commands);
  }

  @Override
  public void forward(Protocol protocol, int port) throws IOException {
    String set = protocol == Protocol.TCP ? "tcp-ports" : "udp-ports";
    nft("add element ip phones %s { %d }%n".formatted(set, port));
  }

  /** Blocks packets at the GGSN, as the mirror server's firewall asks; closed with the network. */
  public Enforcement enforcement(Clock clock) {
    List<String> nft = new ArrayList<>(Namespaces.runner(namespaces.ggsn()));
    nft.add("nft");
    NftEnforcement enforcement = new NftEnforcement(nft, "firewall", clock);
    synchronized (open) {
      open.push(enforcement);
    }
    return enforcement;
  }

  @Override
  public String description() {
    return "SGSN, osmo-ggsn and servers in network namespaces %s and %s"
        .formatted(namespaces.ggsn(), namespaces.gi());
  }

  @Override
  public PacketSgsn sgsn() {
    return sgsn;
  }

  @Override
  public PhoneNetwork phoneNetwork(String imsi) {
    return new PhoneNetwork.Cable(new Radio(sgsn, plane, imsi, PHONE));
  }

  @Override
  public Inet4Address hostAddress() {
    return namespaces.host(9);
  }

  @Override
  public Inet4Address forwarder() {
    return namespaces.host(10);
  }

  @Override
  public Inet4Address serversAddress() {
    return namespaces.host(10);
  }

  @Override
  public Servers startServers(Path directory) throws IOException {
    List<String> runner = Namespaces.runner(namespaces.gi());
    return Servers.start(
        new Site(runner, SERVERS.getHostAddress(), directory),
        new Site(runner, NAMES.getHostAddress(), directory));
  }

  @Override
  public void close() {
    tearDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("closed while this process ends", e);
    }
  }

  /** Closes everything, the last one first; safe to call again. */
  private void tearDown() {
    synchronized (open) {
      while (!open.isEmpty()) {
        try {
          open.pop().close();
        } catch (Exception e) {
          LOG.error("a part of the packet network is not closed: {}", e.getMessage(), e);
        }
      }
    }
  }
}
