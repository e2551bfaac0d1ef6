package org.phonemirror.testnet.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.firewall.Enforcement;
import org.phonemirror.core.firewall.FirewallService;
import org.phonemirror.core.firewall.FirewallSettings;
import org.phonemirror.core.firewall.Verdicts;
import org.phonemirror.core.subscriber.FirewallRule;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.PortRange;
import org.phonemirror.core.subscriber.ServicePolicies;
import org.phonemirror.core.traffic.TrafficMonitor;
import org.phonemirror.core.traffic.TrafficSettings;
import org.phonemirror.sync.Notice;
import org.phonemirror.testnet.demo.Story;

/** A phone's packets, their copy, the firewall, and back to the GGSN that drops them. */
class FirewallNetworkTest {
  private static final String SERVER = "127.66.0.1";
  private static final Impu ALICE = new Impu("sip:+" + PacketStage.ALICE_NUMBER + "@ims.test");
  private static final int FORBIDDEN = 7_001;
  private static final int ALLOWED = 7_002;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration QUIET = Duration.ofMillis(500);
  private static final Clock CLOCK = Clock.systemUTC();

  @TempDir Path directory;

  private final BlockingQueue<Notice> notices = new LinkedBlockingQueue<>();

  @Test
  void whatARuleForbidsIsDroppedUntilThePhoneIsGone() throws Exception {
    assumeTrue(
        Access.ofThisUser() == Access.GGSN, "needs root and osmo-ggsn, which has no other way");
    try (PacketStage stage =
        new PacketStage(Access.GGSN, directory.resolve("ggsn"), Optional.of(SERVER))) {
      Enforcement enforcement = ((GgsnNetwork) stage.network()).enforcement(CLOCK);
      try (FirewallService firewall =
              new FirewallService(
                  FirewallSettings.DEFAULT, this::tell, enforcement, Verdicts.NONE, CLOCK);
          TrafficMonitor monitor = monitor(firewall)) {
        firewall.announcer(monitor::announce);
        monitor.watch(ALICE, Set.of(PacketStage.ALICE));
        firewall.profileChanged(ALICE, Optional.of(profile()));
        stage.mirrorAlice(true);
        stage.sgsn().attach(PacketStage.ALICE);
        Story.await("contexts", PATIENCE, () -> monitor.stats().contexts() > 0);
        talk(stage, enforcement);
        Notice told = notices.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(told.first("rule")).contains("no-7001");
        assertThat(told.first("action")).contains("blocked");
        stage.sgsn().detach(PacketStage.ALICE);
        Story.await("lifting", PATIENCE, () -> firewall.stats().blocks() == 0);
        Story.await("passing", PATIENCE, () -> list(enforcement).isEmpty());
      }
    }
  }

  private void talk(PacketStage stage, Enforcement enforcement) throws Exception {
    PacketNetwork network = stage.network();
    network.forward(PacketNetwork.Protocol.UDP, FORBIDDEN);
    network.forward(PacketNetwork.Protocol.UDP, ALLOWED);
    try (Wire phone = new Wire(network.phoneNetwork(PacketStage.ALICE));
        DatagramSocket forbidden = listen(network, FORBIDDEN);
        DatagramSocket allowed = listen(network, ALLOWED)) {
      send(phone, ALLOWED);
      receive(allowed, PATIENCE);
      // whether the first one passes, or the block is sooner, nobody can say
      send(phone, FORBIDDEN);
      Story.await("blocking", PATIENCE, () -> list(enforcement).size() == 1);
      drain(forbidden);
      send(phone, FORBIDDEN);
      send(phone, ALLOWED);
      receive(allowed, PATIENCE);
      assertThat(drain(forbidden)).as("datagrams after the block").isZero();
    }
  }

  private CompletableFuture<Void> tell(Impu subscriber, Notice notice) {
    assertThat(subscriber).isEqualTo(ALICE);
    notices.add(notice);
    return CompletableFuture.completedFuture(null);
  }

  private TrafficMonitor monitor(FirewallService firewall) throws IOException {
    return TrafficMonitor.start(
        TrafficSettings.at(InetAddress.getByName(SERVER), directory.resolve("tapes")),
        CLOCK,
        firewall);
  }

  private static MirrorProfile profile() {
    FirewallRule rule =
        new FirewallRule(
            "no-7001",
            FirewallRule.Action.BLOCK,
            FirewallRule.Protocol.UDP,
            List.of(),
            List.of(new PortRange(FORBIDDEN, FORBIDDEN)),
            List.of(),
            false);
    return new MirrorProfile("reference", Duration.ofSeconds(10))
        .withServices(
            ServicePolicies.USUAL.withFirewall(new ServicePolicies.Firewall(List.of(rule))));
  }

  private static List<Enforcement.Block> list(Enforcement enforcement) {
    try {
      return enforcement.list();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static DatagramSocket listen(PacketNetwork network, int port) throws IOException {
    return new DatagramSocket(new InetSocketAddress(network.hostAddress(), port));
  }

  private static void send(Wire phone, int port) {
    phone.send(Packets.udp(PacketNetwork.PHONE, 40_000, Packets.GATEWAY, port, (byte) 1));
  }

  /** Receives until nothing comes for a while; gives how many came. */
  private static int drain(DatagramSocket socket) throws IOException {
    int drained = 0;
    try {
      while (true) {
        receive(socket, QUIET);
        drained++;
      }
    } catch (SocketTimeoutException e) {
      return drained;
    }
  }

  private static void receive(DatagramSocket socket, Duration wait) throws IOException {
    socket.setSoTimeout((int) wait.toMillis());
    socket.receive(new DatagramPacket(new byte[10], 10));
  }
}
