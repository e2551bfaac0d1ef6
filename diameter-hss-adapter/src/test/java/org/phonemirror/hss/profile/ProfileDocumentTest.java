package org.phonemirror.hss.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.phonemirror.core.subscriber.FirewallRule;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ServicePolicies;

class ProfileDocumentTest {
  private static final String HEAD = "<mirror-profile xmlns=\"urn:phonemirror:profile:1\">\n";

  @Test
  void theDocumentedExampleIsValid() throws Exception {
    String example = Files.readString(Path.of("../docs/mirror-profile-example.xml"));
    MirrorProfile profile = ProfileDocument.parse(example);
    assertThat(profile.withServices(ServicePolicies.USUAL))
        .isEqualTo(new MirrorProfile("reference-1", Duration.ofSeconds(10)));
    ServicePolicies services = profile.services();
    assertThat(services.download())
        .isEqualTo(new ServicePolicies.Download(1L << 30, Duration.ofDays(7), true));
    assertThat(services.upload()).isEqualTo(ServicePolicies.USUAL.upload());
    assertThat(services.antivirus().automatic()).isTrue();
    assertThat(services.firewall().rules().stream().map(FirewallRule::summary))
        .containsExactly(
            "company: pass to 198.51.100.0/24",
            "no-telnet: block tcp at port 23",
            "ads: block named ads.example",
            "x11: alert tcp to 2001:db8:0:0:0:0:0:0/32 at port 6000-6063",
            "malware: block with malware");
    assertThat(ProfileDocument.parse(ProfileDocument.format(profile))).isEqualTo(profile);
  }

  @Test
  void policiesThatAreNotThereAreTheUsualOnes() throws Exception {
    String text = body("<upload threshold=\" +7 \"/><firewall/>");
    assertThat(ProfileDocument.parse(text).services())
        .isEqualTo(
            new ServicePolicies(
                ServicePolicies.USUAL.download(),
                new ServicePolicies.Upload(true, 7),
                ServicePolicies.USUAL.antivirus()));
    assertThat(ProfileDocument.parse(body("<antivirus automatic=\"0\"/>")).services().antivirus())
        .isEqualTo(new ServicePolicies.Antivirus(false));
  }

  @Test
  void aChangeOfPoliciesLeavesTheOthersAsTheyAre() throws Exception {
    String text =
        body("<download quota=\"1073741824\"/><x xmlns=\"urn:operator\"/>")
            .replace("<download", "<!-- theirs --><download");
    MirrorProfile before = ProfileDocument.parse(text);
    ServicePolicies.Firewall rules =
        ProfileDocument.parseFirewall(
            "<firewall xmlns=\"urn:phonemirror:profile:1\">"
                + "<rule name=\"r\" action=\"alert\"><domain>Example.COM.</domain></rule></firewall>");
    MirrorProfile after = before.withServices(before.services().withFirewall(rules));
    String changed = ProfileDocument.replace(text, after);
    assertThat(ProfileDocument.parse(changed)).isEqualTo(after);
    assertThat(changed).contains("<!-- theirs --><download quota=\"1073741824\"/>", "urn:operator");
    String back = ProfileDocument.replace(changed, before);
    assertThat(ProfileDocument.parse(back)).isEqualTo(before);
    assertThat(back).doesNotContain("firewall");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "<download quota=\"-1\"/>                                                | -1",
        "<download keep=\"P1M\"/>                                                | P1M",
        "<download keep=\"PT0S\"/>                                               | keep",
        "<download keep=\"P367D\"/>                                              | keep",
        "<antivirus/><upload/>                                                   | upload",
        "<upload allowed=\"maybe\"/>                                             | maybe",
        "<firewall><rule action=\"block\"/></firewall>                           | name",
        "<firewall><rule name=\"r\" action=\"drop\"/></firewall>                 | drop",
        "<firewall><rule name=\"a b\" action=\"block\"/></firewall>              | a b",
        "<firewall><rule name=\"r\" action=\"block\"><network>300.1.1.1</network></rule></firewall>"
            + " | 300.1.1.1",
        "<firewall><rule name=\"r\" action=\"block\"><network>host.example</network></rule>"
            + "</firewall> | host.example",
        "<firewall><rule name=\"r\" action=\"block\"><network>10.0.0.0/33</network></rule>"
            + "</firewall> | 0 to 32",
        "<firewall><rule name=\"r\" action=\"block\"><port>70000</port></rule></firewall> | 65535",
        "<firewall><rule name=\"r\" action=\"block\"><domain>a b</domain></rule></firewall> | a b",
        "<firewall><rule name=\"r\" action=\"block\"/><rule name=\"r\" action=\"alert\"/></firewall>"
            + " | two rules 'r'",
      })
  void whatPoliciesCantBeIsNamed(String elements, String reason) {
    assertThatThrownBy(() -> ProfileDocument.parse(body(elements)))
        .isInstanceOf(MalformedDocumentException.class)
        .hasMessageContaining(reason);
  }

  private static String body(String elements) {
    return HEAD
        + "<phone-model>m</phone-model><sync-interval>PT10S</sync-interval>"
        + elements
        + "</mirror-profile>";
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT1S", "PT2.5S", "PT1M30S", "PT24H"})
  void whatIsWrittenIsReadBack(String interval) throws Exception {
    MirrorProfile profile = new MirrorProfile("Pixel_4.a-1", Duration.parse(interval));
    assertThat(ProfileDocument.parse(ProfileDocument.format(profile))).isEqualTo(profile);
  }

  @Test
  void aChangeKeepsWhatAnOperatorHasAdded() throws Exception {
    String text =
        HEAD
            + "<phone-model>m</phone-model><sync-interval>PT10S</sync-interval>"
            + "<billing xmlns=\"urn:operator\"><code>7</code></billing></mirror-profile>";
    MirrorProfile changed = new MirrorProfile("n", Duration.ofSeconds(5));
    String after = ProfileDocument.replace(text, changed);
    assertThat(ProfileDocument.parse(after)).isEqualTo(changed);
    assertThat(after).contains("<billing xmlns=\"urn:operator\"><code>7</code></billing>");
  }

  @Test
  void theRepairBudgetIsReadAndOtherwiseTheUsualOne() throws Exception {
    MirrorProfile profile = new MirrorProfile("m", Duration.ofSeconds(5), 4096);
    assertThat(ProfileDocument.parse(ProfileDocument.format(profile))).isEqualTo(profile);
    String without =
        HEAD
            + "<phone-model>m</phone-model><sync-interval>PT5S</sync-interval>"
            + "</mirror-profile>";
    assertThat(ProfileDocument.parse(without).repairBudget()).isEqualTo(16_384);
    assertThat(ProfileDocument.parse(ProfileDocument.replace(without, profile))).isEqualTo(profile);
    String tooSmall = ProfileDocument.format(profile).replace("4096", "100");
    assertThatThrownBy(() -> ProfileDocument.parse(tooSmall)).hasMessageContaining("1024");
  }

  @Test
  void whatAnOperatorAddsInItsOwnNamespaceIsPassedOver() throws Exception {
    String text =
        HEAD
            + "<phone-model>m</phone-model><sync-interval>PT10S</sync-interval>"
            + "<billing xmlns=\"urn:operator\"><code>7</code></billing></mirror-profile>";
    assertThat(ProfileDocument.parse(text).phoneModel()).isEqualTo("m");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<phone-model>no spaces</phone-model>\\n<sync-interval>PT10S</sync-interval> | 2 | spaces",
        "<phone-model>m</phone-model>\\n<sync-interval>PT0S</sync-interval>          | 3 | PT0S",
        "<phone-model>m</phone-model>\\n<sync-interval>PT25H</sync-interval>         | 3 | PT25H",
        "<phone-model>m</phone-model>\\n<sync-interval>P1M</sync-interval>           | 3 | P1M",
        "<phone-model>m</phone-model>\\n<sync-interval>ten</sync-interval>           | 3 | ten",
        "<sync-interval>PT10S</sync-interval>                               | 2 | phone-model",
        "<phone-model>m</phone-model>\\n\\n<volume>9</volume>                        | 4 | volume",
        "<phone-model>m\\n<sync-interval>PT10S</sync-interval>              | 3 | phone-model",
      })
  void aFaultIsNamedWithItsLine(String body, int line, String reason) {
    String text = HEAD + body.replace("\\n", "\n") + "</mirror-profile>";
    assertThatThrownBy(() -> ProfileDocument.parse(text))
        .isInstanceOfSatisfying(
            MalformedDocumentException.class, e -> assertThat(e.line()).isEqualTo(line))
        .hasMessageContaining("line " + line)
        .hasMessageContaining(reason);
  }

  @Test
  void anotherNamespaceIsRefused() {
    String text = ProfileDocument.format(new MirrorProfile("m", Duration.ofSeconds(1)));
    assertThatThrownBy(() -> ProfileDocument.parse(text.replace("profile:1", "profile:2")))
        .isInstanceOf(MalformedDocumentException.class)
        .hasMessageContaining("line 1");
  }

  @Test
  void entitiesReachNoFile(@TempDir Path directory) throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "reference-1");
    String text =
        "<!DOCTYPE mirror-profile [<!ENTITY x SYSTEM \""
            + secret.toUri()
            + "\">]>"
            + HEAD
            + "<phone-model>&x;</phone-model><sync-interval>PT1S</sync-interval></mirror-profile>";
    assertThatThrownBy(() -> ProfileDocument.parse(text))
        .isInstanceOf(MalformedDocumentException.class)
        .hasMessageContaining("DOCTYPE");
  }

  @Test
  void anEndlessDocumentIsRefused() {
    assertThatThrownBy(() -> ProfileDocument.parse(HEAD + " ".repeat(70_000)))
        .isInstanceOf(MalformedDocumentException.class)
        .hasMessageContaining("65536");
  }
}
