package org.phonemirror.hss.sh;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.phonemirror.hss.diameter.Durations;
import org.phonemirror.hss.diameter.Identity;
import org.phonemirror.hss.diameter.NodeConfig;

/**
 * How the mirror server reaches the HSS.
 *
 * @param host own Origin-Host; the HSS must know it as an application server
 * @param realm own Origin-Realm; best one that no other node of the network is in
 * @param listen own address and port
 * @param peerHost Origin-Host of the next hop: the HSS, or a relay before it
 * @param peerAddress where the next hop listens
 * @param destinationRealm realm of the HSS
 * @param destinationHost the HSS; empty where a relay or proxy finds it (TS 29.329 §6.1)
 * @param serviceIndication under which the HSS holds mirror profiles
 * @param serverName the mirror server in filter criteria, a SIP URI; empty if they are not looked
 *     at
 * @param requestTimeout deadline of each request
 * @param reconnect a lost connection is back within this time of the HSS's return
 * @param idle after which a silent connection is probed; at least 4 s
 */
public record ShConfig(
    String host,
    String realm,
    InetSocketAddress listen,
    String peerHost,
    InetSocketAddress peerAddress,
    String destinationRealm,
    Optional<String> destinationHost,
    String serviceIndication,
    Optional<String> serverName,
    Duration requestTimeout,
    Duration reconnect,
    Duration idle) {
  /** Service-Indication unless configured otherwise. */
  public static final String SERVICE_INDICATION = "org.phonemirror";

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration RECONNECT = Duration.ofSeconds(30);
  private static final Duration IDLE = Duration.ofSeconds(12);

  /** A connection attempt, its answer and a fresh stack must fit into {@link #reconnect}. */
  private static final int ATTEMPTS = 4;

  public ShConfig {
    destinationHost.ifPresent(h -> Identity.check("destination host", h));
    if (serviceIndication.isBlank()) {
      throw new IllegalArgumentException(
          "service indication is empty, must be a name such as " + SERVICE_INDICATION);
    }
    Durations.positive("request timeout", requestTimeout);
    if (reconnect.compareTo(Duration.ofMillis(500)) < 0) {
      throw new IllegalArgumentException("reconnect is " + reconnect + ", must be at least PT0.5S");
    }
    node(host, realm, listen, peerHost, peerAddress, destinationRealm, reconnect, idle);
  }

  /** With the defaults for the rest; the HSS is the next hop. */
  public static ShConfig of(
      String host,
      String realm,
      InetSocketAddress listen,
      String hssHost,
      InetSocketAddress hssAddress,
      String hssRealm) {
    return new ShConfig(
        host,
        realm,
        listen,
        hssHost,
        hssAddress,
        hssRealm,
        Optional.of(hssHost),
        SERVICE_INDICATION,
        Optional.empty(),
        REQUEST_TIMEOUT,
        RECONNECT,
        IDLE);
  }

  /** The same with other time limits. */
  public ShConfig withTimeouts(
      Duration newRequestTimeout, Duration newReconnect, Duration newIdle) {
    return new ShConfig(
        host,
        realm,
        listen,
        peerHost,
        peerAddress,
        destinationRealm,
        destinationHost,
        serviceIndication,
        serverName,
        newRequestTimeout,
        newReconnect,
        newIdle);
  }

  /** The same, and filter criteria that name this server are looked at. */
  public ShConfig withServerName(String uri) {
    return new ShConfig(
        host,
        realm,
        listen,
        peerHost,
        peerAddress,
        destinationRealm,
        destinationHost,
        serviceIndication,
        Optional.of(uri),
        requestTimeout,
        reconnect,
        idle);
  }

  /** Under which the HSS holds how mirrors are. */
  public String statusIndication() {
    return serviceIndication + ".status";
  }

  NodeConfig node() {
    return node(host, realm, listen, peerHost, peerAddress, destinationRealm, reconnect, idle);
  }

  private static NodeConfig node(
      String host,
      String realm,
      InetSocketAddress listen,
      String peerHost,
      InetSocketAddress peerAddress,
      String destinationRealm,
      Duration reconnect,
      Duration idle) {
    return new NodeConfig(
        host,
        realm,
        listen,
        List.of(Sh.APPLICATION),
        Optional.of(new NodeConfig.Peer(peerHost, peerAddress, List.of(destinationRealm))),
        new NodeConfig.Timers(reconnect.dividedBy(ATTEMPTS), idle, reconnect.dividedBy(ATTEMPTS)));
  }
}
