package org.phonemirror.testnet.ims;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the IMS core runs. Hosts are numeric, so that nothing asks a resolver.
 *
 * @param home domain of the home network, also its Diameter realm
 * @param hss where the HSS listens; its Origin-Host must be that address, as the CSCFs name it so
 * @param relay Origin-Host of a relay that reaches the HSS; it connects to the CSCFs by itself, as
 *     a relay refuses Kamailio's own connections
 * @param directory for configuration, logs and run-time files; made if it is not there
 */
public record ImsPlan(
    String home,
    String pcscfHost,
    String icscfHost,
    String scscfHost,
    InetSocketAddress hss,
    Optional<String> relay,
    Path directory) {
  private static final int PCSCF_PORT = 4060;
  private static final int ICSCF_PORT = 5060;
  private static final int SCSCF_PORT = 6060;
  private static final int DIAMETER_PORT = 3870;

  /** Without a relay. */
  public ImsPlan(
      String home,
      String pcscfHost,
      String icscfHost,
      String scscfHost,
      InetSocketAddress hss,
      Path directory) {
    this(home, pcscfHost, icscfHost, scscfHost, hss, Optional.empty(), directory);
  }

  /** Where the CSCFs take a relay's connections, by their Origin-Hosts. */
  public Map<String, InetSocketAddress> diameterPeers() {
    return Map.of(
        "icscf." + home, new InetSocketAddress(icscfHost, DIAMETER_PORT),
        "scscf." + home, new InetSocketAddress(scscfHost, DIAMETER_PORT));
  }

  /** Where phones send to. */
  public InetSocketAddress pcscf() {
    return new InetSocketAddress(pcscfHost, PCSCF_PORT);
  }

  public InetSocketAddress icscf() {
    return new InetSocketAddress(icscfHost, ICSCF_PORT);
  }

  public InetSocketAddress scscf() {
    return new InetSocketAddress(scscfHost, SCSCF_PORT);
  }

  /** The S-CSCF as application servers name it. */
  public String scscfUri() {
    return "sip:" + scscfHost + ":" + SCSCF_PORT;
  }

  /** What stands between @ signs in the configuration templates. */
  Map<String, String> values(Path directoryOfOne) {
    String host = hss.getAddress().getHostAddress();
    String peer =
        "<Peer FQDN=\"%s\" Realm=\"%s\" port=\"%d\"/>".formatted(host, home, hss.getPort());
    String known = "AcceptUnknownPeers=\"0\" DropUnknownOnDisconnect=\"1\"";
    String unknown = "AcceptUnknownPeers=\"1\" DropUnknownOnDisconnect=\"0\"";
    // the application number of relays
    String relaying = "<Auth id=\"4294967295\" vendor=\"0\"/>";
    return Map.of(
        "HOME",
        home,
        "PCSCF",
        pcscfHost,
        "ICSCF",
        icscfHost,
        "SCSCF",
        scscfHost,
        "NEXT_HOP",
        relay.orElse(host),
        "PEER",
        relay.isPresent() ? relaying : peer,
        "UNKNOWN_PEERS",
        relay.isPresent() ? unknown : known,
        "RELAY",
        relay.isPresent() ? "#!define RELAY" : "",
        "DIR",
        directoryOfOne.toString());
  }
}
