package org.phonemirror.hss.diameter;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jdiameter.api.ApplicationId;

/**
 * How a Diameter node presents itself and whom it connects to.
 *
 * @param host Origin-Host, a DiameterIdentity; needs no DNS entry
 * @param realm Origin-Realm
 * @param listen where the node takes connections; its address is the source of its own ones, too
 * @param applications what the node speaks
 * @param peer whom it connects to; empty for a node that waits for others and takes all
 * @param timers when it gives up waiting
 * @param tls keys for connections over TLS, all of them; empty for connections in the clear
 */
public record NodeConfig(
    String host,
    String realm,
    InetSocketAddress listen,
    List<ApplicationId> applications,
    Optional<Peer> peer,
    Timers timers,
    Optional<Tls> tls) {
  public NodeConfig {
    Identity.check("host", host);
    Identity.check("realm", realm);
    if (listen.isUnresolved() || listen.getPort() == 0) {
      throw new IllegalArgumentException(
          "listening address is " + listen + ", must be a numeric address with a port");
    }
    applications = List.copyOf(applications);
  }

  /** In the clear. */
  public NodeConfig(
      String host,
      String realm,
      InetSocketAddress listen,
      List<ApplicationId> applications,
      Optional<Peer> peer,
      Timers timers) {
    this(host, realm, listen, applications, peer, timers, Optional.empty());
  }

  /** The same with another next hop. */
  public NodeConfig withPeer(Peer other) {
    return new NodeConfig(host, realm, listen, applications, Optional.of(other), timers, tls);
  }

  /** The same with other time limits. */
  public NodeConfig withTimers(Timers others) {
    return new NodeConfig(host, realm, listen, applications, peer, others, tls);
  }

  /** The same over TLS. */
  public NodeConfig withTls(Tls keys) {
    return new NodeConfig(host, realm, listen, applications, peer, timers, Optional.of(keys));
  }

  /**
   * The next hop.
   *
   * @param host its Origin-Host
   * @param address where it listens
   * @param realms what is reached through it
   */
  public record Peer(String host, InetSocketAddress address, List<String> realms) {
    public Peer {
      Identity.check("peer's host", host);
      realms = List.copyOf(realms);
      realms.forEach(realm -> Identity.check("destination realm", realm));
      if (address.isUnresolved() || address.getPort() == 0) {
        throw new IllegalArgumentException(
            "peer's address is " + address + ", must be a numeric address with a port");
      }
    }
  }

  /**
   * Time limits.
   *
   * @param retry between two attempts to connect, and for the answer to one (Tc, RFC 6733 §2.1)
   * @param idle without traffic before the watchdog asks (Tw, RFC 3539 §3.4.1); jDiameter varies it
   *     by 2 s
   * @param watchdogAnswer for the answer of the watchdog; two without one end the connection
   */
  public record Timers(Duration retry, Duration idle, Duration watchdogAnswer) {
    /** Shortest {@code idle} that survives jDiameter's variation of it. */
    public static final Duration MIN_IDLE = Duration.ofSeconds(4);

    public Timers {
      Durations.positive("retry", retry);
      Durations.positive("watchdogAnswer", watchdogAnswer);
      if (idle.compareTo(MIN_IDLE) < 0) {
        throw new IllegalArgumentException("idle is " + idle + ", must be at least " + MIN_IDLE);
      }
    }
  }
}
