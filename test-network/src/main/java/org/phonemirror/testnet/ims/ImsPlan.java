package org.phonemirror.testnet.ims;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where the IMS core runs. Hosts are numeric, so that nothing asks a resolver.
 *
 * @param home domain of the home network, also its Diameter realm
 * @param hss where the HSS listens; its Origin-Host must be that address, as the CSCFs name it so
 * @param directory for configuration, logs and run-time files; made if it is not there
 */
public record ImsPlan(
    String home,
    String pcscfHost,
    String icscfHost,
    String scscfHost,
    InetSocketAddress hss,
    Path directory) {
  private static final int PCSCF_PORT = 4060;
  private static final int ICSCF_PORT = 5060;
  private static final int SCSCF_PORT = 6060;

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
    return Map.of(
        "HOME", home,
        "PCSCF", pcscfHost,
        "ICSCF", icscfHost,
        "SCSCF", scscfHost,
        "HSS", hss.getAddress().getHostAddress(),
        "HSS_PORT", Integer.toString(hss.getPort()),
        "DIR", directoryOfOne.toString());
  }
}
