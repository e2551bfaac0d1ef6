package org.phonemirror.testnet.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.phonemirror.core.firewall.Enforcement.Block;
import org.phonemirror.core.firewall.Enforcement.Target;
import org.phonemirror.core.firewall.NftEnforcement;
import org.phonemirror.core.subscriber.FirewallRule.Protocol;
import org.phonemirror.testnet.program.Command;

/**
 * Packets from this process through a GGSN's namespace to the servers' one, from where they are
 * forwarded back to this process by another way.
 */
@EnabledIf("mayBeMade")
class NftEnforcementTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int WAIT_MILLIS = 20_000;
  private static final int QUIET_MILLIS = 500;

  private final Clock clock = Clock.systemUTC();
  private Namespaces namespaces;
  private NftEnforcement enforcement;
  private final List<DatagramSocket> sockets = new ArrayList<>();
  private DatagramSocket phone;
  private DatagramSocket one;
  private DatagramSocket other;

  static boolean mayBeMade() throws IOException {
    return NamespacesTest.mayBeMade();
  }

  @BeforeEach
  void start() throws Exception {
    namespaces = Namespaces.create();
    Namespaces.ip(
        "route",
        "add",
        namespaces.host(6).getHostAddress() + "/32",
        "via",
        namespaces.host(2).getHostAddress());
    Namespaces.ip(
        "-n",
        namespaces.gi(),
        "route",
        "add",
        namespaces.host(1).getHostAddress() + "/32",
        "via",
        namespaces.host(5).getHostAddress());
    List<String> nft = new ArrayList<>(nft(namespaces.gi()));
    nft.addAll(List.of("-f", "-"));
    Command.run(
        nft,
        """
        table ip test {
          chain to-server { type nat hook prerouting priority dstnat; iifname "gi" dnat to %s; }
          chain from-server { type nat hook postrouting priority srcnat; oifname "host" masquerade; }
        }
        """
            .formatted(namespaces.host(9).getHostAddress()));
    enforcement = new NftEnforcement(nft(namespaces.ggsn()), "firewall", clock);
    phone = socket(1);
    one = socket(9);
    other = socket(9);
  }

  private static List<String> nft(String namespace) {
    List<String> command = new ArrayList<>(Namespaces.runner(namespace));
    command.add("nft");
    return command;
  }

  private DatagramSocket socket(int host) throws IOException {
    DatagramSocket socket = new DatagramSocket(new InetSocketAddress(namespaces.host(host), 0));
    sockets.add(socket);
    return socket;
  }

  @AfterEach
  void stop() {
    sockets.forEach(DatagramSocket::close);
    if (namespaces != null) {
      namespaces.close();
    }
  }

  private Target target(DatagramSocket server, Protocol protocol) {
    return new Target(namespaces.host(1), namespaces.host(6), server.getLocalPort(), protocol);
  }

  private Block block(Target target) {
    return new Block(target, clock.instant().plus(HOUR));
  }

  private InetSocketAddress send(DatagramSocket server, int waitMillis) throws IOException {
    byte[] data = {1, 2, 3};
    phone.send(
        new DatagramPacket(
            data, data.length, new InetSocketAddress(namespaces.host(6), server.getLocalPort())));
    return receive(server, waitMillis);
  }

  private static InetSocketAddress receive(DatagramSocket socket, int waitMillis)
      throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[10], 10);
    socket.setSoTimeout(waitMillis);
    socket.receive(packet);
    return (InetSocketAddress) packet.getSocketAddress();
  }

  private static void answer(DatagramSocket server, InetSocketAddress to) throws IOException {
    server.send(new DatagramPacket(new byte[2], 2, to));
  }

  private void assertPasses(DatagramSocket server) throws IOException {
    InetSocketAddress from = send(server, WAIT_MILLIS);
    answer(server, from);
    assertThat(receive(phone, WAIT_MILLIS).getPort()).isEqualTo(server.getLocalPort());
  }

  private void assertBlocked(DatagramSocket server) {
    assertThatThrownBy(() -> send(server, QUIET_MILLIS)).isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void packetsOfABlockAreDroppedInBothDirectionsAndOthersPass() throws Exception {
    assertPasses(one);
    InetSocketAddress from = send(one, WAIT_MILLIS);
    Target target = target(one, Protocol.UDP);
    enforcement.block(List.of(block(target), block(target(other, Protocol.TCP))));
    assertBlocked(one);
    answer(one, from);
    assertThatThrownBy(() -> receive(phone, QUIET_MILLIS))
        .isInstanceOf(SocketTimeoutException.class);
    assertPasses(other);
    assertThat(enforcement.list())
        .extracting(Block::target)
        .containsExactlyInAnyOrder(target, target(other, Protocol.TCP));

    enforcement.unblock(List.of(target, target(phone, Protocol.UDP)));
    enforcement.unblock(List.of(target));
    assertPasses(one);
    assertThat(enforcement.list()).hasSize(1);
  }

  @Test
  void aBlockEndsByItselfAndCanBeRenewed() throws Exception {
    Target target = target(one, Protocol.UDP);
    enforcement.block(List.of(block(target)));
    Instant until = clock.instant().plusSeconds(2);
    enforcement.block(List.of(new Block(target, until), block(target(other, Protocol.UDP))));
    assertThat(untilOf(target)).isBefore(clock.instant().plusSeconds(10));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (enforcement.list().size() > 1) {
      assertThat(System.nanoTime()).as("it ends").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertPasses(one);
    assertBlocked(other);
    enforcement.block(List.of(block(target)));
    enforcement.block(List.of(block(target)));
    assertThat(untilOf(target)).isAfter(clock.instant().plusSeconds(3_000));
    assertBlocked(one);
  }

  private Instant untilOf(Target target) throws IOException {
    return enforcement.list().stream()
        .filter(block -> block.target().equals(target))
        .findFirst()
        .orElseThrow()
        .until();
  }

  @Test
  void thousandsAreBlockedAtOnceAndOfBothVersionsOfIp() throws Exception {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      InetAddress subscriber = InetAddress.getByName("10.1." + i / 250 + "." + i % 250);
      blocks.add(
          block(new Target(subscriber, InetAddress.getByName("192.0.2.1"), i, Protocol.TCP)));
    }
    blocks.add(
        block(
            new Target(
                InetAddress.getByName("2001:db8::1"),
                InetAddress.getByName("2001:db8::2"),
                443,
                Protocol.UDP)));
    enforcement.block(blocks);
    assertThat(enforcement.list())
        .extracting(Block::target)
        .containsExactlyInAnyOrderElementsOf(blocks.stream().map(Block::target).toList());
    enforcement.unblock(blocks.stream().map(Block::target).toList());
    assertThat(enforcement.list()).isEmpty();
  }

  @Test
  void aTableThatIsGoneIsMadeAnewAndNothingIsLeftBehind() throws Exception {
    Namespaces.run(namespaces.ggsn(), "nft", "flush", "ruleset");
    assertThat(enforcement.list()).isEmpty();
    Namespaces.run(namespaces.ggsn(), "nft", "flush", "ruleset");
    enforcement.block(List.of(block(target(one, Protocol.UDP))));
    assertBlocked(one);
    enforcement.close();
    enforcement.close();
    assertThat(Namespaces.run(namespaces.ggsn(), "nft", "list", "ruleset")).isBlank();
    assertPasses(one);
  }

  @Test
  void aNamespaceThatIsGoneIsSaid() {
    NftEnforcement nowhere = new NftEnforcement(nft("pm-not-there"), "firewall", clock);
    assertThatThrownBy(nowhere::list)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("pm-not-there");
  }
}
