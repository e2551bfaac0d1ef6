package org.phonemirror.core.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.firewall.Enforcement.Block;
import org.phonemirror.core.firewall.Enforcement.Target;
import org.phonemirror.core.subscriber.FirewallRule.Protocol;

class EnforcerTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);
  private static final Duration LONG = Duration.ofHours(1);
  private static final FirewallSettings SETTINGS =
      FirewallSettings.DEFAULT.withEnforcement(
          Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofHours(1));

  private final FakeEnforcement node = new FakeEnforcement();

  static Target target(int port) {
    try {
      return new Target(
          InetAddress.getByName("10.0.2.15"),
          InetAddress.getByName("192.0.2.80"),
          port,
          Protocol.TCP);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Test
  void whatAServerBeforeHasLeftIsLifted() throws Exception {
    node.block(List.of(new Block(target(1), NOON.plus(LONG))));
    try (Enforcer enforcer = new Enforcer(node, SETTINGS, CLOCK)) {
      enforcer.block(target(2), NOON.plus(LONG));
      Await.until("lifted", () -> node.blocked().equals(Set.of(target(2))));
    }
    assertThat(node.blocked()).as("lifted when it ends").isEmpty();
  }

  @Test
  void aNodeThatFailsIsTriedAgain() throws Exception {
    node.failNext(5);
    try (Enforcer enforcer = new Enforcer(node, SETTINGS, CLOCK)) {
      enforcer.block(target(1), NOON.plus(LONG));
      enforcer.block(target(2), NOON.plus(LONG));
      enforcer.lift(target(2));
      Await.until("blocked", () -> node.blocked().equals(Set.of(target(1))));
      Await.until("well again", () -> enforcer.failure().isEmpty());
      assertThat(enforcer.failures()).isEqualTo(5);
    }
  }

  @Test
  void whatWaitsForAnotherTryIsNotBlockedAfterTheEnd() throws Exception {
    FirewallSettings patient =
        SETTINGS.withEnforcement(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofHours(1));
    node.failNext(1);
    try (Enforcer enforcer = new Enforcer(node, patient, CLOCK)) {
      Await.until("failed", () -> enforcer.failures() == 1);
      enforcer.block(target(1), NOON.plus(LONG));
    }
    assertThat(node.blocked()).isEmpty();
  }

  @Test
  void aNodeThatForgetsIsTold() throws Exception {
    FirewallSettings often =
        SETTINGS.withEnforcement(Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofMillis(5));
    try (Enforcer enforcer = new Enforcer(node, often, CLOCK)) {
      enforcer.block(target(1), NOON.plus(LONG));
      Await.until("blocked", () -> node.blocked().contains(target(1)));
      node.reset();
      Await.until("blocked again", () -> node.blocked().contains(target(1)));
    }
  }

  @Test
  void whatComesTogetherIsDoneTogether() throws Exception {
    try (Enforcer enforcer = new Enforcer(node, SETTINGS, CLOCK)) {
      for (int port = 1; port <= 60_000; port++) {
        enforcer.block(target(port), NOON.plus(LONG));
      }
      Await.until("blocked", () -> node.blocked().size() == 60_000);
      assertThat(node.calls()).isLessThan(60_000);
      enforcer.block(target(1), NOON.minusSeconds(1));
      enforcer.lift(target(2));
      Await.until("lifted", () -> !node.blocked().contains(target(2)));
    }
  }
}
