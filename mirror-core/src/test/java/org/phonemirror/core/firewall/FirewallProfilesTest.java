package org.phonemirror.core.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.machine.Machine.StorageReader;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.service.MirrorView;
import org.phonemirror.core.service.ReplayedInterval;
import org.phonemirror.core.subscriber.FirewallRule;
import org.phonemirror.core.subscriber.FirewallRule.Action;
import org.phonemirror.core.subscriber.FirewallRule.Protocol;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ServicePolicies;
import org.phonemirror.core.traffic.flow.FlowEnds;
import org.phonemirror.sync.Notice;

/** Which of the profiles that are heard of counts. */
class FirewallProfilesTest {
  private static final Impu ALICE = new Impu("sip:+15550001@ims.test");
  private static final ReplayedInterval INTERVAL = new ReplayedInterval(1, 0, 1, List.of());

  private final BlockingQueue<Notice> notices = new LinkedBlockingQueue<>();
  private final BlockingQueue<Impu> inForce = new LinkedBlockingQueue<>();
  private final FirewallService firewall =
      new FirewallService(
          FirewallSettings.DEFAULT,
          (subscriber, notice) -> {
            notices.add(notice);
            return CompletableFuture.completedFuture(null);
          },
          new FakeEnforcement(),
          Verdicts.NONE,
          Clock.systemUTC());

  @AfterEach
  void stop() {
    firewall.close();
  }

  /** With a rule of this name, which all that a phone does is against. */
  private static MirrorProfile profile(String rule) {
    FirewallRule all =
        new FirewallRule(rule, Action.ALERT, Protocol.ANY, List.of(), List.of(), List.of(), false);
    return new MirrorProfile("m", Duration.ofSeconds(10))
        .withServices(
            ServicePolicies.USUAL.withFirewall(new ServicePolicies.Firewall(List.of(all))));
  }

  private record Mirror(MirrorProfile profile) implements MirrorView {
    @Override
    public Impu subscriber() {
      return ALICE;
    }

    @Override
    public <T> T readStorage(StorageReader<T> reader) {
      throw new AssertionError("the firewall reads no storage");
    }

    @Override
    public List<String> write(List<StorageWrite> changes) {
      throw new AssertionError("the firewall writes no storage");
    }
  }

  private void replayed(String rule) {
    firewall.replayed(new Mirror(profile(rule)), INTERVAL);
  }

  private void changed(String rule) {
    firewall.profileChanged(ALICE, Optional.of(profile(rule)));
  }

  private void assertInForce(String rule, int port) throws Exception {
    InetAddress phone = InetAddress.getByName("10.0.0.1");
    InetAddress server = InetAddress.getByName("192.0.2.1");
    firewall.opened(ALICE, new FlowEnds(6, phone, 40_000, server, port), 0);
    Notice notice = notices.poll(60, TimeUnit.SECONDS);
    assertThat(notice).as("alert").isNotNull();
    assertThat(notice.first("rule")).contains(rule);
    assertThat(notice.first("port")).contains("" + port);
  }

  @Test
  void aChangeCountsAtOnceWithoutAnInterval() throws Exception {
    firewall.announcer(inForce::add);
    changed("first");
    assertThat(inForce.poll(60, TimeUnit.SECONDS)).as("running flows are asked for").isNotNull();
    assertInForce("first", 1);
    changed("second");
    assertThat(inForce.poll(60, TimeUnit.SECONDS)).isNotNull();
    assertInForce("second", 2);
    assertThat(firewall.stats().rules()).isEqualTo(1);

    firewall.profileChanged(ALICE, Optional.empty());
    assertThat(firewall.stats().subscribers()).isZero();
  }

  @Test
  void whatAMirrorRemembersIsOlderThanWhatTheNetworkTells() throws Exception {
    replayed("journal");
    assertInForce("journal", 1);
    changed("network");
    replayed("journal");
    assertInForce("network", 2);
    firewall.removed(ALICE);
    assertThat(firewall.stats().subscribers()).isZero();
    replayed("anew");
    assertInForce("anew", 3);
  }
}
