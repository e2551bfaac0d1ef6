package org.phonemirror.core.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.subscriber.FirewallRule;
import org.phonemirror.sync.Notice;

class AlertsTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final Alerts alerts = new Alerts(FirewallSettings.DEFAULT);

  private static Alert alert(String host) {
    return new Alert(
        "ads", host, 443, FirewallRule.Protocol.TCP, Optional.empty(), Alert.Outcome.BLOCKED, 1);
  }

  private static String count(Notice notice) {
    return notice.first("host").orElseThrow() + " " + notice.first("count").orElseThrow();
  }

  @Test
  void aRuleAndADestinationAreToldOncePerHourAndCounted() {
    Notice first = alerts.happened(alert("ads.example"), NOON).get(0);
    assertThat(first.topic()).isEqualTo("firewall-alert");
    assertThat(first.first("rule")).contains("ads");
    assertThat(first.first("port")).contains("443");
    assertThat(first.text()).contains("ads.example, tcp port 443", "rule ads", "blocked");
    for (int i = 0; i < 1000; i++) {
      assertThat(alerts.happened(alert("ads.example"), NOON.plusSeconds(i))).isEmpty();
    }
    assertThat(alerts.happened(alert("more.example"), NOON)).hasSize(1);
    assertThat(alerts.expire(NOON.plus(Duration.ofMinutes(59)))).isEmpty();
    List<Notice> hourly = alerts.expire(NOON.plus(Duration.ofHours(1)));
    assertThat(hourly).extracting(AlertsTest::count).containsExactly("ads.example 1000");
    assertThat(hourly.get(0).text()).contains("1000 times");
    assertThat(alerts.knows(alert("ads.example"))).isTrue();
    assertThat(alerts.knows(alert("more.example"))).isFalse();
    assertThat(alerts.expire(NOON.plus(Duration.ofHours(2)))).isEmpty();
    assertThat(alerts.happened(alert("ads.example"), NOON.plus(Duration.ofMinutes(121))))
        .as("told anew, as it was quiet for an hour")
        .hasSize(1);
  }

  @Test
  void aFloodIsToldInFewWords() {
    int told = 0;
    for (int i = 0; i < 100_000; i++) {
      told += alerts.happened(alert("h" + i + ".example"), NOON).size();
    }
    assertThat(told).isEqualTo(20);
    List<Notice> hourly = alerts.expire(NOON.plus(Duration.ofHours(1)));
    assertThat(hourly).extracting(AlertsTest::count).containsExactly("others 99980");
    assertThat(alerts.expire(NOON.plus(Duration.ofHours(2)))).isEmpty();
  }

  @Test
  void theLongestNamesFitIntoANotice() {
    String host = "\\255".repeat(240);
    assertThat(alerts.happened(alert(host), NOON).get(0).first("host")).contains(host);
  }
}
