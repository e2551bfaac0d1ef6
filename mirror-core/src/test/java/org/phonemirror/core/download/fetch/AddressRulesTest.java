package org.phonemirror.core.download.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "198.19.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "2001:0:7f00:1::",
        "2002:7f00:1::",
        "2001:db8::1"
      })
  void nothingIsFetchedFromWithin(String address) throws Exception {
    assertThat(AddressRules.INTERNET.permit(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "100.63.255.255",
        "100.128.0.1",
        "172.32.0.1",
        "223.255.255.1",
        "2606:4700::1111",
        "2a00:1450::1"
      })
  void theInternetIsPermitted(String address) throws Exception {
    assertThat(AddressRules.INTERNET.permit(InetAddress.getByName(address))).isTrue();
  }

  @Test
  void theOperatorsOwnNetworksStayDenied() throws Exception {
    AddressRules rules =
        new AddressRules(
            List.of(Network.parse("1.1.0.0/16"), Network.parse("10.9.0.0/16")),
            List.of(Network.parse("10.8.0.0/15"), Network.parse("fd00::/8")));
    assertThat(rules.permit(InetAddress.getByName("1.1.1.1"))).isFalse();
    assertThat(rules.permit(InetAddress.getByName("10.8.0.1"))).isTrue();
    assertThat(rules.permit(InetAddress.getByName("10.9.0.1"))).isFalse();
    assertThat(rules.permit(InetAddress.getByName("fd00::1"))).isTrue();
    assertThat(rules.permit(InetAddress.getByName("10.10.0.1"))).isFalse();
  }

  @Test
  void aNetworkIsNeverLookedUp() {
    assertThatThrownBy(() -> Network.parse("example.org/8")).hasMessageContaining("no network");
    assertThatThrownBy(() -> Network.parse("10.0.0.0/33")).hasMessageContaining("33");
    assertThatThrownBy(() -> Network.parse("10.0.0.0/x")).hasMessageContaining("no network");
  }
}
