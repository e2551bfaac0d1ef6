package org.phonemirror.testnet.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.testnet.gtp.UserPacket;
import org.phonemirror.testnet.phone.PhoneGuest;
import org.phonemirror.testnet.phone.PhoneImages;
import org.phonemirror.testnet.phone.Typist;
import org.phonemirror.testnet.server.Servers;
import org.phonemirror.testnet.server.Site;
import org.phonemirror.testnet.server.WebServer;

/** A real phone downloads a file, with the images in {@code -Dmirror.images} and mirror.client. */
@EnabledIfSystemProperty(named = "mirror.images", matches = ".+")
@EnabledIfSystemProperty(named = "mirror.client", matches = ".+")
class PhonePacketsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path directory;

  @Test
  void byTheGgsn() throws Exception {
    assumeTrue(
        Access.ofThisUser() == Access.GGSN, "needs root and osmo-ggsn, which has no other way");
    try (PacketStage stage = new PacketStage(Access.GGSN, directory.resolve("ggsn"));
        Servers servers = stage.network().startServers(directory.resolve("servers"))) {
      download(stage, servers.web(), "www.example:" + Servers.WEB_PORT);
    }
  }

  @Test
  void byQemusNat() throws Exception {
    assumeTrue(WebServer.isInstalled(), "nginx is not installed");
    int port = PacketStage.free("127.0.0.1").getPort();
    try (PacketStage stage = new PacketStage(Access.NAT, directory.resolve("ggsn"));
        WebServer web =
            WebServer.start(Site.here("127.0.0.1", directory.resolve("servers")), port)) {
      download(stage, web, "10.0.2.2:" + port);
    }
  }

  private void download(PacketStage stage, WebServer web, String site) throws Exception {
    PhoneImages images =
        PhoneImages.load(
            Path.of(System.getProperty("mirror.images"), "reference"),
            Path.of(System.getProperty("mirror.client")));
    stage.mirrorAlice(true);
    stage.sgsn().attach(PacketStage.ALICE);
    byte[] file = Files.readAllBytes(web.file("download/200k"));
    String sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
    try (PhoneGuest phone =
        new PhoneGuest(
            images,
            directory.resolve("phone"),
            stage.network().phoneNetwork(PacketStage.ALICE),
            line -> {})) {
      phone.powerOn();
      phone.awaitHome(PATIENCE);
      Typist user = phone.typist().pause(1000);
      for (int i = 0; i < 5; i++) {
        user.key("down");
      }
      user.key("ret");
      phone.awaitText("bash-", PATIENCE);
      Stream copied = new Stream(stage.monitor());
      copied.start();
      user.type("curl -s http://" + site + "/download/200k | sha256sum\n");
      phone.awaitText(sum, PATIENCE);
      assertThat(copied.body()).isEqualTo(file);
    }
  }

  /** What the server says in the copy: the payload of TCP segments, by sequence number. */
  private static final class Stream extends Thread {
    private static final int FIN = 1;
    private final Monitor monitor;
    private final TreeMap<Integer, byte[]> segments = new TreeMap<>();
    private int octets;
    private boolean ended;

    Stream(Monitor monitor) {
      super("copied-stream");
      this.monitor = monitor;
      setDaemon(true);
    }

    @Override
    public void run() {
      try {
        while (!ended && !isInterrupted()) {
          addNext();
        }
      } catch (IOException e) {
        interrupt();
      }
    }

    private void addNext() throws IOException {
      try {
        add(monitor.nextPacket());
      } catch (SocketTimeoutException e) {
        // the phone has said nothing for a while: on a busy machine typing takes its time
      }
    }

    private void add(UserPacket message) {
      ByteBuffer packet = message.payload();
      int tcp = 4 * (packet.get(0) & 0xf);
      boolean fromServer = packet.getInt(12) == 0x0a00_0202 && packet.get(9) == 6;
      if (fromServer) {
        int data = tcp + 4 * ((packet.get(tcp + 12) & 0xff) >> 4);
        byte[] payload = new byte[packet.limit() - data];
        packet.get(data, payload);
        if (payload.length > 0 && segments.put(packet.getInt(tcp + 4), payload) == null) {
          octets += payload.length;
        }
        ended |= (packet.get(tcp + 13) & FIN) != 0;
      }
    }

    byte[] body() throws InterruptedException {
      join(PATIENCE.toMillis());
      interrupt();
      ByteBuffer stream = ByteBuffer.allocate(octets);
      segments.values().forEach(stream::put);
      byte[] all = stream.array();
      return Arrays.copyOfRange(all, all.length - WebServer.SMALL_DOWNLOAD, all.length);
    }
  }
}
