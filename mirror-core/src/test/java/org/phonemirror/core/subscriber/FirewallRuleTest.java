package org.phonemirror.core.subscriber;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FirewallRuleTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.7,        192.0.2.7,      true",
    "192.0.2.7,        192.0.2.6,      false",
    "192.0.2.0/24,     192.0.2.255,    true",
    "192.0.2.0/24,     192.0.3.0,      false",
    "10.128.0.0/9,     10.255.0.1,     true",
    "10.128.0.0/9,     10.127.0.1,     false",
    "0.0.0.0/0,        203.0.113.9,    true",
    "0.0.0.0/0,        2001:db8::1,    false",
    "2001:db8::/33,    2001:db8:7fff::1, true",
    "2001:db8::/33,    2001:db8:8000::1, false",
    "::/0,             2001:db8::1,    true",
    "::/0,             10.0.0.1,       false",
  })
  void aNetworkHasItsAddresses(String network, String address, boolean contains) throws Exception {
    assertThat(IpNetwork.parse(network).contains(InetAddress.getByName(address)))
        .isEqualTo(contains);
    assertThat(IpNetwork.parse(IpNetwork.parse(network).toString()))
        .isEqualTo(IpNetwork.parse(network));
  }

  @Test
  void bitsOfHostsDoNotCount() {
    assertThat(IpNetwork.parse("10.1.2.3/8")).isEqualTo(IpNetwork.parse("10.0.0.0/8"));
    assertThat(IpNetwork.parse("2001:DB8::7/64")).isEqualTo(IpNetwork.parse("2001:db8::/64"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "256.1.1.1",
        "1.2.3",
        "01.2.3.4",
        "1.2.3.4/33",
        "1.2.3.4/",
        "::1/129",
        "::ffff:1.2.3.4",
        "fe80::1%lo",
        "[::1]",
        "12345",
        "1:2:3",
        "1.2.3.4/-1"
      })
  void whatIsNoNetworkIsRefusedWithoutLookingItUp(String text) {
    assertThatThrownBy(() -> IpNetwork.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "65536", "2-1", "1-", "-1", "http", "999999"})
  void whatIsNoPortIsRefused(String text) {
    assertThatThrownBy(() -> PortRange.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void domainsHaveOneForm() {
    assertThat(rule("Example.COM.").domains()).containsExactly("example.com");
    for (String wrong : List.of("", ".", "a..b", "-a", "b\u00fccher.example", "*.example", "a b")) {
      assertThatThrownBy(() -> rule(wrong)).hasMessageContaining("no domain");
    }
  }

  @Test
  void rulesHaveDifferentNames() {
    assertThatThrownBy(
            () -> new ServicePolicies.Firewall(List.of(rule("a.example"), rule("b.example"))))
        .hasMessageContaining("two rules 'r'");
  }

  private static FirewallRule rule(String domain) {
    return new FirewallRule(
        "r",
        FirewallRule.Action.BLOCK,
        FirewallRule.Protocol.ANY,
        List.of(),
        List.of(),
        List.of(domain),
        false);
  }
}
