package org.phonemirror.hss.sh;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.phonemirror.hss.diameter.Durations;
import org.phonemirror.hss.diameter.Identity;
import org.phonemirror.hss.diameter.NodeConfig;
import org.phonemirror.hss.diameter.Tls;

/**
 * How the mirror server reaches the HSS.
 *
 * @param node own identity and address, and the next hop: the HSS, or a relay before it. The HSS
 *     must know the host as an application server; its realm is best one that no other node of the
 *     network is in
 * @param destinationRealm realm of the HSS
 * @param destinationHost the HSS; empty where a relay or proxy finds it (TS 29.329 §6.1)
 * @param serviceIndication under which the HSS holds mirror profiles
 * @param serverName the mirror server in filter criteria, a SIP URI; empty if they are not looked
 *     at
 * @param requestTimeout deadline of each request
 * @param reconnect a lost connection is back within this time of the HSS's return
 */
public record ShConfig(
    NodeConfig node,
    String destinationRealm,
    Optional<String> destinationHost,
    String serviceIndication,
    Optional<String> serverName,
    Duration requestTimeout,
    Duration reconnect) {
  /** Service-Indication unless configured otherwise. */
  public static final String SERVICE_INDICATION = "org.phonemirror";

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration RECONNECT = Duration.ofSeconds(30);
  private static final Duration IDLE = Duration.ofSeconds(12);

  /** A connection attempt, its answer and a fresh stack must fit into {@link #reconnect}. */
  private static final int ATTEMPTS = 4;

  public ShConfig {
    if (node.peer().isEmpty()) {
      throw new IllegalArgumentException("there is no next hop");
    }
    Identity.check("destination realm", destinationRealm);
    destinationHost.ifPresent(h -> Identity.check("destination host", h));
    if (serviceIndication.isBlank()) {
      throw new IllegalArgumentException(
          "service indication is empty, must be a name such as " + SERVICE_INDICATION);
    }
    Durations.positive("request timeout", requestTimeout);
    if (reconnect.compareTo(Duration.ofMillis(500)) < 0) {
      throw new IllegalArgumentException("reconnect is " + reconnect + ", must be at least PT0.5S");
    }
  }

  /** With the defaults for the rest; the HSS is the next hop. */
  public static ShConfig of(
      String host,
      String realm,
      InetSocketAddress listen,
      String hssHost,
      InetSocketAddress hssAddress,
      String hssRealm) {
    NodeConfig node =
        new NodeConfig(
            host,
            realm,
            listen,
            List.of(Sh.APPLICATION),
            Optional.of(new NodeConfig.Peer(hssHost, hssAddress, List.of(hssRealm))),
            timers(RECONNECT, IDLE));
    return new ShConfig(
        node,
        hssRealm,
        Optional.of(hssHost),
        SERVICE_INDICATION,
        Optional.empty(),
        REQUEST_TIMEOUT,
        RECONNECT);
  }

  /** The same with other time limits; a silent connection is probed after {@code idle}. */
  public ShConfig withTimeouts(
      Duration newRequestTimeout, Duration newReconnect, Duration newIdle) {
    return new ShConfig(
        node.withTimers(timers(newReconnect, newIdle)),
        destinationRealm,
        destinationHost,
        serviceIndication,
        serverName,
        newRequestTimeout,
        newReconnect);
  }

  /** The same with a relay as the next hop. */
  public ShConfig via(String relayHost, InetSocketAddress relayAddress) {
    return with(
        node.withPeer(new NodeConfig.Peer(relayHost, relayAddress, List.of(destinationRealm))));
  }

  /** The same over TLS. */
  public ShConfig withTls(Tls tls) {
    return with(node.withTls(tls));
  }

  private ShConfig with(NodeConfig other) {
    return new ShConfig(
        other,
        destinationRealm,
        destinationHost,
        serviceIndication,
        serverName,
        requestTimeout,
        reconnect);
  }

  /** The same under another Service-Indication. */
  public ShConfig withServiceIndication(String name) {
    return new ShConfig(
        node, destinationRealm, destinationHost, name, serverName, requestTimeout, reconnect);
  }

  /** The same, and filter criteria that name this server are looked at. */
  public ShConfig withServerName(String uri) {
    return new ShConfig(
        node,
        destinationRealm,
        destinationHost,
        serviceIndication,
        Optional.of(uri),
        requestTimeout,
        reconnect);
  }

  /** Own Origin-Host. */
  public String host() {
    return node.host();
  }

  /** Own Origin-Realm. */
  public String realm() {
    return node.realm();
  }

  /** Origin-Host of the next hop. */
  public String peerHost() {
    return node.peer().orElseThrow().host();
  }

  /** Where the next hop listens. */
  public InetSocketAddress peerAddress() {
    return node.peer().orElseThrow().address();
  }

  /** Under which the HSS holds how mirrors are. */
  public String statusIndication() {
    return serviceIndication + ".status";
  }

  private static NodeConfig.Timers timers(Duration reconnect, Duration idle) {
    return new NodeConfig.Timers(
        reconnect.dividedBy(ATTEMPTS), idle, reconnect.dividedBy(ATTEMPTS));
  }
}
