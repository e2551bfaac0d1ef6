package org.phonemirror.testnet.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.testnet.gateway.GatewayStage.SERVER;
import static org.phonemirror.testnet.gateway.GatewayStage.get;
import static org.phonemirror.testnet.gateway.GatewayStage.ok;
import static org.phonemirror.testnet.gateway.GatewayStage.tape;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.testnet.gateway.GatewayStage.Flow;
import org.phonemirror.testnet.phone.FrameLink;
import org.phonemirror.testnet.phone.PhoneGuest;
import org.phonemirror.testnet.phone.PhoneImages;
import org.phonemirror.testnet.phone.PhoneNetwork;
import org.phonemirror.testnet.phone.Typist;

/**
 * A whole guest in real time, which knows its addresses by itself, gets a page of a tape; with the
 * images in {@code -Dmirror.images} and mirror.client.
 */
@EnabledIfSystemProperty(named = "mirror.images", matches = ".+")
@EnabledIfSystemProperty(named = "mirror.client", matches = ".+")
@Timeout(600)
class PhoneBehindGatewayTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir private Path directory;

  @Test
  void aPage() throws Exception {
    PhoneImages images =
        PhoneImages.load(
            Path.of(System.getProperty("mirror.images"), "reference"),
            Path.of(System.getProperty("mirror.client")));
    String body = "0123456789abcdef".repeat(20_000);
    String sum =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest(body.getBytes(StandardCharsets.US_ASCII)));
    TcpFlow flow = new Flow(SERVER, 80).sends(get(SERVER, "/a")).gets(0, ok(body)).flow(1);
    Path socket = directory.resolve("net");
    try (TestGateway gateway = TestGateway.open(socket);
        Plug plug = new Plug(socket);
        PhoneGuest phone =
            new PhoneGuest(
                images, directory.resolve("phone"), new PhoneNetwork.Cable(plug), line -> {})) {
      gateway.begin(tape(List.of(flow)));
      phone.powerOn();
      phone.awaitHome(PATIENCE);
      Typist user = phone.typist().pause(1000);
      for (int i = 0; i < 5; i++) {
        user.key("down");
      }
      user.key("ret");
      phone.awaitText("bash-", PATIENCE);
      user.type("curl -s -A t http://" + SERVER + "/a | sha256sum\n");
      phone.awaitText(sum, PATIENCE);
      NetworkReport report =
          gateway.end(() -> user.type("curl -m 1 http://198.51.100.1; echo of curl\n"));
      assertThat(report.flows()).hasSize(1).allMatch(NetworkReport.Flow::isFaithful);
      assertThat(report.unused()).isEmpty();
    }
  }

  /** Connects the phone's network device to the gateway. */
  private static final class Plug implements PhoneNetwork.FramePort, AutoCloseable {
    private final FrameLink gateway;

    Plug(Path socket) throws IOException {
      gateway = new FrameLink(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    @Override
    public void up(FrameLink link) {
      Thread toPhone = new Thread(() -> carry(link), "to-phone");
      toPhone.setDaemon(true);
      toPhone.start();
    }

    private void carry(FrameLink link) {
      try {
        gateway.read(
            frame -> {
              try {
                link.send(frame);
              } catch (IOException e) {
                throw new UncheckedIOException("the phone is off", e);
              }
            });
      } catch (IOException | UncheckedIOException e) {
        Thread.currentThread().interrupt(); // one of the two is gone, and with it the cable
      }
    }

    @Override
    public void received(ByteBuffer frame) {
      try {
        gateway.send(frame);
      } catch (IOException e) {
        throw new UncheckedIOException("the gateway is gone", e);
      }
    }

    @Override
    public void down() {}

    @Override
    public void close() throws IOException {
      gateway.close();
    }
  }
}
