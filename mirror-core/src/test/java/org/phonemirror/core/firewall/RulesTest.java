package org.phonemirror.core.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.subscriber.FirewallRule;
import org.phonemirror.core.subscriber.FirewallRule.Action;
import org.phonemirror.core.subscriber.FirewallRule.Protocol;
import org.phonemirror.core.subscriber.IpNetwork;
import org.phonemirror.core.subscriber.PortRange;
import org.phonemirror.core.subscriber.ServicePolicies;
import org.phonemirror.core.traffic.flow.FlowEnds;

class RulesTest {
  private static FirewallRule rule(
      String name,
      Action action,
      Protocol protocol,
      List<String> networks,
      List<String> ports,
      List<String> domains,
      boolean malware) {
    return new FirewallRule(
        name,
        action,
        protocol,
        networks.stream().map(IpNetwork::parse).toList(),
        ports.stream().map(PortRange::parse).toList(),
        domains,
        malware);
  }

  private static String first(Rules rules, int protocol, String remote, int port, String... names)
      throws UnknownHostException {
    return first(rules, protocol, remote, port, false, names);
  }

  private static String first(
      Rules rules, int protocol, String remote, int port, boolean malware, String... names)
      throws UnknownHostException {
    FlowEnds ends =
        new FlowEnds(
            protocol,
            InetAddress.getByName("10.0.2.15"),
            40_000,
            InetAddress.getByName(remote),
            port);
    return rules.first(ends, List.of(names), malware).map(FirewallRule::name).orElse("none");
  }

  private static Rules rules(FirewallRule... rules) {
    return new Rules(new ServicePolicies.Firewall(List.of(rules)));
  }

  @Test
  void theFirstThatMatchesCounts() throws Exception {
    Rules rules =
        rules(
            rule(
                "friend",
                Action.PASS,
                Protocol.ANY,
                List.of("192.0.2.7"),
                List.of(),
                List.of(),
                false),
            rule(
                "web",
                Action.ALERT,
                Protocol.TCP,
                List.of("192.0.2.0/24"),
                List.of("80", "8000-8999"),
                List.of(),
                false),
            rule(
                "net",
                Action.BLOCK,
                Protocol.ANY,
                List.of("192.0.2.0/24", "2001:db8::/32"),
                List.of(),
                List.of(),
                false));
    assertThat(first(rules, 6, "192.0.2.7", 80)).isEqualTo("friend");
    assertThat(first(rules, 6, "192.0.2.8", 8080)).isEqualTo("web");
    assertThat(first(rules, 17, "192.0.2.8", 8080)).isEqualTo("net");
    assertThat(first(rules, 6, "2001:db8::1", 443)).isEqualTo("net");
    assertThat(first(rules, 6, "198.51.100.1", 80)).isEqualTo("none");
  }

  @Test
  void aDomainStandsForAllBelowIt() throws Exception {
    Rules rules =
        rules(
            rule(
                "ads",
                Action.BLOCK,
                Protocol.ANY,
                List.of(),
                List.of(),
                List.of("ads.example"),
                false));
    assertThat(first(rules, 6, "192.0.2.7", 443)).isEqualTo("none");
    assertThat(first(rules, 6, "192.0.2.7", 443, "other", "ads.example")).isEqualTo("ads");
    assertThat(first(rules, 6, "192.0.2.7", 443, "a.b.ads.example")).isEqualTo("ads");
    assertThat(first(rules, 6, "192.0.2.7", 443, "bads.example")).isEqualTo("none");
    assertThat(first(rules, 6, "192.0.2.7", 443, "ads.example.org")).isEqualTo("none");
    assertThat(first(rules, 6, "192.0.2.7", 443, "x\\046ads.example")).isEqualTo("none");
    assertThat(first(rules, 6, "192.0.2.7", 443, "")).isEqualTo("none");
  }

  @Test
  void malwareMatchesOnlyDownloadsOfIt() throws Exception {
    Rules rules =
        rules(
            rule(
                "trusted",
                Action.PASS,
                Protocol.ANY,
                List.of("192.0.2.7"),
                List.of(),
                List.of(),
                false),
            rule("malware", Action.BLOCK, Protocol.ANY, List.of(), List.of(), List.of(), true));
    assertThat(first(rules, 6, "192.0.2.8", 80, false)).isEqualTo("none");
    assertThat(first(rules, 6, "192.0.2.8", 80, true)).isEqualTo("malware");
    assertThat(first(rules, 6, "192.0.2.7", 80, true)).isEqualTo("trusted");
  }
}
