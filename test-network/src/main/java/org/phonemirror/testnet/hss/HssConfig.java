package org.phonemirror.testnet.hss;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.phonemirror.hss.diameter.NodeConfig;
import org.phonemirror.hss.diameter.Tls;
import org.phonemirror.hss.sh.Sh;
import org.phonemirror.testnet.s6d.S6d;

/**
 * Where the HSS is.
 *
 * @param host Origin-Host
 * @param realm Origin-Realm, the home domain
 * @param listen where the CSCFs and application servers connect
 * @param capabilities mandatory capabilities of an S-CSCF, which the I-CSCF selects by
 * @param tls its keys, if it speaks over TLS
 */
public record HssConfig(
    String host,
    String realm,
    InetSocketAddress listen,
    List<Integer> capabilities,
    Optional<Tls> tls) {
  public HssConfig {
    capabilities = List.copyOf(capabilities);
  }

  /** With capability 0, as the I-CSCF of the test network has it. */
  public static HssConfig of(String host, String realm, InetSocketAddress listen) {
    return new HssConfig(host, realm, listen, List.of(0), Optional.empty());
  }

  /** The same over TLS. */
  public HssConfig withTls(Tls keys) {
    return new HssConfig(host, realm, listen, capabilities, Optional.of(keys));
  }

  NodeConfig node() {
    return new NodeConfig(
        host,
        realm,
        listen,
        List.of(Cx.APPLICATION, Sh.APPLICATION, S6d.APPLICATION),
        Optional.empty(),
        new NodeConfig.Timers(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(5)),
        tls);
  }
}
