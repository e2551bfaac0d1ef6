package org.phonemirror.testnet.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.testnet.gtp.Addresses;
import org.phonemirror.testnet.gtp.ControlMessage.Element;
import org.phonemirror.testnet.gtp.Gtp;
import org.phonemirror.testnet.gtp.PdpContext;
import org.phonemirror.testnet.gtp.UserPacket;
import org.phonemirror.testnet.program.Command;
import org.phonemirror.testnet.program.Daemon;
import org.phonemirror.testnet.server.NameServer;
import org.phonemirror.testnet.server.Servers;
import org.phonemirror.testnet.sgsn.DataVolume;

/** Packets by way of a real GGSN, to real servers. */
class GgsnNetworkTest {
  private static final Inet4Address NAMES = Addresses.of("10.0.2.3");
  private static final int RELAY_PORT = 5699;

  @TempDir Path directory;

  @BeforeEach
  void mayMakeNamespaces() throws Exception {
    assumeTrue(
        Access.ofThisUser() == Access.GGSN, "needs root and osmo-ggsn, which has no other way");
    assumeTrue(NameServer.isInstalled(), "dnsmasq is not installed");
  }

  @Test
  void aMirroredPhonesPacketsAreCopiedAsTheyAre() throws Exception {
    try (PacketStage stage = new PacketStage(Access.GGSN, directory);
        Servers servers = stage.network().startServers(directory.resolve("servers"))) {
      assertThat(servers.names()).isPresent();
      stage.mirrorAlice(true);
      stage.sgsn().attach(PacketStage.ALICE);
      List<PdpContext> contexts = stage.sgsn().contexts(PacketStage.ALICE);
      Inet4Address address = contexts.get(0).address();
      for (PdpContext context : contexts) {
        assertThat(stage.monitor().nextControl()).isEqualTo(context.createRequest());
        assertThat(stage.monitor().nextControl()).isEqualTo(context.createResponse());
      }
      try (Wire phone = new Wire(stage.network().phoneNetwork(PacketStage.ALICE))) {
        assertThat(phone.resolve(Packets.GATEWAY)).isNotEqualTo(new byte[6]);

        byte[] question = question("www.example");
        phone.send(question);
        byte[] answer = phone.next();

        assertThat(Arrays.copyOfRange(answer, answer.length - 4, answer.length))
            .containsExactly(10, 0, 2, 2);
        assertThat(stage.monitor().nextUser())
            .isEqualTo(tPdu(contexts.get(0).ggsnData(), question(address, "www.example")));
        // osmo-ggsn numbers its packets, so that their header is longer
        UserPacket copied = stage.monitor().nextPacket();
        assertThat(copied.type()).isEqualTo(Gtp.T_PDU);
        assertThat(copied.teid()).isEqualTo(contexts.get(0).asked().data());
        assertThat(copied.payload()).isEqualTo(ByteBuffer.wrap(to(address, answer)));

        assertThat(stage.sgsn().volume(PacketStage.ALICE))
            .isEqualTo(new DataVolume(question.length, answer.length));
        stage.monitor().close();
        for (int i = 0; i < 50; i++) {
          phone.send(question("mail.example"));
          assertThat(phone.next()).hasSize(answer.length + 1);
        }
      }
    }
  }

  @Test
  void theServersAreReachedFromHereToo() throws Exception {
    try (PacketStage stage = new PacketStage(Access.GGSN, directory);
        Servers servers = stage.network().startServers(directory.resolve("servers"))) {
      String here = stage.network().serversAddress().getHostAddress();
      URI page = URI.create("http://" + here + ":" + Servers.WEB_PORT + "/download/200k");
      try (InputStream in = page.toURL().openStream()) {
        assertThat(in.readAllBytes())
            .isEqualTo(Files.readAllBytes(servers.web().file("download/200k")));
      }
      try (Socket mail = new Socket(here, Servers.MAIL_PORT)) {
        assertThat(mail.getInputStream().readNBytes(3)).asString().isEqualTo("220");
      }
    }
  }

  @Test
  void theHssTurnsTheCopyOnWhileThePhoneTalks() throws Exception {
    try (PacketStage stage = new PacketStage(Access.GGSN, directory);
        Servers servers = stage.network().startServers(directory.resolve("servers"))) {
      assertThat(servers.names()).isPresent();
      stage.sgsn().attach(PacketStage.ALICE);
      PdpContext context = stage.sgsn().contexts(PacketStage.ALICE).get(0);
      try (Wire phone = new Wire(stage.network().phoneNetwork(PacketStage.ALICE))) {
        phone.send(question("www.example"));
        phone.next();
        assertThat(stage.monitor().hearsNoPacket()).isTrue();

        stage.mirrorAlice(true);
        assertThat(stage.monitor().nextControl()).isEqualTo(context.createRequest());
        assertThat(stage.monitor().nextControl()).isEqualTo(context.createResponse());
        do {
          phone.send(question("www.example"));
          phone.next();
        } while (stage.monitor().hearsNoPacket());
      }
      stage.sgsn().detach(PacketStage.ALICE);
      assertThat(
              stage
                  .monitor()
                  .nextMessage(Gtp.DELETE_PDP_CONTEXT_RESPONSE)
                  .octet("Cause", Element.CAUSE))
          .isEqualTo(Gtp.REQUEST_ACCEPTED);
    }
  }

  @Test
  void phonesOfTheSameAddressReachWhoListensHere() throws Exception {
    try (PacketStage stage = new PacketStage(Access.GGSN, directory)) {
      PacketNetwork network = stage.network();
      network.forward(PacketNetwork.Protocol.UDP, RELAY_PORT);
      network.forward(PacketNetwork.Protocol.UDP, PacketNetwork.MMS_PORT);
      stage.sgsn().attach(PacketStage.ALICE);
      stage.sgsn().attach(PacketStage.BOB);
      assertThat(stage.sgsn().contexts(PacketStage.BOB).get(0).address())
          .isNotEqualTo(stage.sgsn().contexts(PacketStage.ALICE).get(0).address());
      try (Wire alice = new Wire(network.phoneNetwork(PacketStage.ALICE));
          Wire bob = new Wire(network.phoneNetwork(PacketStage.BOB))) {
        // it may be restarted meanwhile
        for (int i = 0; i < 2; i++) {
          try (DatagramSocket server = listen(network, RELAY_PORT)) {
            assertEchoed(alice, server, "from Alice");
            assertEchoed(bob, server, "from Bob");
          }
        }
        try (DatagramSocket relay = listen(network, PacketNetwork.MMS_PORT)) {
          assertEchoed(alice, relay, "by the other context");
        }
      }
    }
  }

  private static DatagramSocket listen(PacketNetwork network, int port) throws IOException {
    DatagramSocket socket = new DatagramSocket(new InetSocketAddress(network.hostAddress(), port));
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void assertEchoed(Wire phone, DatagramSocket server, String text)
      throws Exception {
    byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
    phone.send(
        Packets.udp(PacketNetwork.PHONE, 40_000, Packets.GATEWAY, server.getLocalPort(), payload));
    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
    server.receive(packet);
    server.send(packet);
    byte[] answer = phone.next();
    assertThat(answer).endsWith(payload);
    assertThat(Arrays.copyOfRange(answer, 12, 20))
        .isEqualTo(new byte[] {10, 0, 2, 2, 10, 0, 2, 15});
    assertThat(Packets.isUdpIntact(ByteBuffer.wrap(answer))).isTrue();
  }

  @Test
  void aClosedPortIsRefusedToThePhone() throws Exception {
    try (PacketStage stage = new PacketStage(Access.GGSN, directory)) {
      stage.sgsn().attach(PacketStage.BOB);
      stage.sgsn().attach(PacketStage.ALICE);
      try (Wire phone = new Wire(stage.network().phoneNetwork(PacketStage.ALICE))) {
        byte[] packet = Packets.udp(PacketNetwork.PHONE, 40_000, Packets.GATEWAY, 9, (byte) 1);
        phone.send(packet);
        byte[] error = phone.next();

        assertThat(error[9]).as("protocol").isEqualTo((byte) 1);
        assertThat(error[20]).as("ICMP type").isEqualTo((byte) 3);
        // it quotes the packet with the phone's own address
        assertThat(Arrays.copyOfRange(error, 28 + 12, 28 + 20))
            .isEqualTo(Arrays.copyOfRange(packet, 12, 20));
      }
    }
  }

  @Test
  void nothingIsLeftBehind() throws Exception {
    List<String> before = traces();
    try (PacketStage stage = new PacketStage(Access.GGSN, directory);
        PacketStage second = new PacketStage(Access.GGSN, directory.resolve("second"))) {
      assertThat(traces()).hasSizeGreaterThan(before.size() + 4);
      assertThat(stage.network().hostAddress()).isNotEqualTo(second.network().hostAddress());
      stage.sgsn().attach(PacketStage.ALICE);
    }
    assertThat(traces()).isEqualTo(before);

    Path file = Files.writeString(directory.resolve("file"), "in the GGSN's way");
    assertThatThrownBy(() -> new PacketStage(Access.GGSN, file)).isInstanceOf(IOException.class);
    assertThat(traces()).isEqualTo(before);
  }

  @Test
  void whatAKilledProcessHasLeftIsRemoved() throws Exception {
    Namespaces.ip("netns", "add", "pm249-gi");
    Daemon left =
        Daemon.start("left", Namespaces.runner("pm249-gi"), List.of("sleep", "600"), directory);
    try (PacketStage stage = new PacketStage(Access.GGSN, directory)) {
      assertThat(stage.sgsn().contexts(PacketStage.ALICE)).isEmpty();
      assertThat(Command.run(List.of("ip", "netns", "list"))).doesNotContain("pm249");
      assertThat(left.isAlive()).isFalse();
    } finally {
      left.kill();
    }
  }

  /** Namespaces, links and GGSNs of all test networks. */
  private static List<String> traces() throws IOException {
    return Command.run(
            List.of(
                "sh", "-c", "ip netns list; ip -o link; ps -A -o comm= | grep osmo-ggsn || true"))
        .lines()
        .map(line -> line.replaceFirst("^[0-9]+: ", "").split("[ :@]", 2)[0])
        .filter(name -> name.startsWith("pm") || name.startsWith("osmo"))
        .sorted()
        .toList();
  }

  /** A question for a name's address (RFC 1035). */
  private static byte[] question(String name) {
    return question(PacketNetwork.PHONE, name);
  }

  private static byte[] question(Inet4Address from, String name) {
    ByteBuffer dns = ByteBuffer.allocate(name.length() + 18);
    dns.putShort((short) 7).putShort((short) 0x0100).putShort((short) 1).putShort((short) 0);
    dns.putInt(0);
    for (String label : name.split("\\.", -1)) {
      dns.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
    }
    dns.put((byte) 0).putShort((short) 1).putShort((short) 1);
    return Packets.udp(from, 40_000, NAMES, 53, dns.array());
  }

  /** A packet to the phone, as it was when it still had its other address. */
  private static byte[] to(Inet4Address address, byte[] packet) {
    ByteBuffer before = ByteBuffer.wrap(packet.clone());
    byte[] payload = Arrays.copyOfRange(packet, 28, packet.length);
    byte[] built = Packets.udp(NAMES, 53, address, 40_000, payload);
    assertThat(Packets.isUdpIntact(before)).isTrue();
    // what an end system is free to choose: type of service, identification, flags, lifetime
    for (int i : new int[] {1, 4, 5, 6, 7, 8}) {
      built[i] = packet[i];
    }
    return Packets.withHeaderChecksum(built);
  }

  private static byte[] tPdu(long teid, byte[] packet) {
    ByteBuffer datagram = ByteBuffer.allocate(8 + packet.length);
    datagram.put((byte) 0x30).put((byte) 0xff).putShort((short) packet.length);
    return datagram.putInt((int) teid).put(packet).array();
  }
}
