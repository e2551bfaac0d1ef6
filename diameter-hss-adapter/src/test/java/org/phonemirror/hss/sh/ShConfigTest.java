package org.phonemirror.hss.sh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ShConfigTest {
  private static final InetSocketAddress HERE = new InetSocketAddress("127.9.0.1", 3868);
  private static final InetSocketAddress THERE = new InetSocketAddress("127.9.0.2", 3868);

  @Test
  void attemptsAndTheirAnswersFitIntoTheReconnectTime() {
    ShConfig config =
        ShConfig.of("as.mirror.test", "mirror.test", HERE, "hss.ims.test", THERE, "ims.test");
    Duration retry = config.node().timers().retry();
    assertThat(retry.multipliedBy(4)).isLessThanOrEqualTo(config.reconnect());
    assertThat(config.requestTimeout()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void whatIsWrongIsNamed() {
    assertThatThrownBy(() -> ShConfig.of("as mirror", "r", HERE, "h", THERE, "d"))
        .hasMessageContaining("host is 'as mirror'");
    assertThatThrownBy(() -> ShConfig.of("as", "", HERE, "h", THERE, "d"))
        .hasMessageContaining("realm is ''");
    assertThatThrownBy(
            () -> ShConfig.of("as", "r", new InetSocketAddress("127.9.0.1", 0), "h", THERE, "d"))
        .hasMessageContaining("127.9.0.1");
    assertThatThrownBy(() -> ShConfig.of("as", "r", HERE, "h", THERE, "<d>"))
        .hasMessageContaining("destination realm is '<d>'");
    ShConfig good = ShConfig.of("as", "r", HERE, "h", THERE, "d");
    assertThatThrownBy(
            () -> good.withTimeouts(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(4)))
        .hasMessageContaining("request timeout is PT0S");
    assertThatThrownBy(
            () ->
                good.withTimeouts(
                    Duration.ofSeconds(1), Duration.ofMillis(10), Duration.ofSeconds(4)))
        .hasMessageContaining("reconnect is PT0.01S");
    assertThatThrownBy(
            () ->
                good.withTimeouts(
                    Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)))
        .hasMessageContaining("idle is PT1S");
  }
}
