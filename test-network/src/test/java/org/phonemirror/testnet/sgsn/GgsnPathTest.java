package org.phonemirror.testnet.sgsn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.phonemirror.testnet.gtp.Addresses;
import org.phonemirror.testnet.gtp.ContextRequest;
import org.phonemirror.testnet.gtp.ControlMessage;
import org.phonemirror.testnet.gtp.ControlMessage.Element;
import org.phonemirror.testnet.gtp.Gtp;
import org.phonemirror.testnet.gtp.PdpContext;

/** GTP-C against a GGSN that does what the test says. */
class GgsnPathTest {
  private static final Inet4Address SGSN = Addresses.of("127.33.3.1");
  private static final Inet4Address PHONE = Addresses.of("10.0.3.7");
  private static final InetSocketAddress GGSN =
      new InetSocketAddress("127.33.3.2", Gtp.CONTROL_PORT);
  private static final GgsnPath.Timers TIMERS = new GgsnPath.Timers(Duration.ofMillis(300), 3);
  private static final ContextRequest ASKED =
      new ContextRequest(
          "001010000000001",
          Optional.of("15550001"),
          5,
          "internet",
          0x80000001L,
          0x80000002L,
          SGSN);

  private DatagramSocket ggsn;
  private GgsnPath path;

  @BeforeEach
  void start() throws IOException {
    ggsn = new DatagramSocket(GGSN);
    ggsn.setSoTimeout(20_000);
    path = new GgsnPath(SGSN, GGSN, TIMERS);
  }

  @AfterEach
  void stop() {
    path.close();
    ggsn.close();
  }

  @Test
  void aLostRequestIsRepeatedUntilItIsAnswered() throws Exception {
    CompletableFuture<PdpContext> opening = open();
    byte[] first = receive();
    byte[] second = receive();
    assertThat(second).isEqualTo(first);
    ControlMessage request = ControlMessage.decode(ByteBuffer.wrap(second));
    assertThat(request.octet("NSAPI", Element.NSAPI)).isEqualTo(5);
    assertThat(request.elements().stream().filter(e -> e.type() == Element.GSN_ADDRESS))
        .hasSize(2)
        .allSatisfy(element -> assertThat(element.value()).isEqualTo(SGSN.getAddress()));
    send(new byte[] {1, 2, 3});
    send(ByteBuffer.allocate(12).putInt(0x3211_00ff).array());
    send(PdpContext.grant(ASKED, request.sequence(), PHONE, 1, 2).encode());

    PdpContext context = opening.get(20, TimeUnit.SECONDS);
    assertThat(context.address()).isEqualTo(PHONE);
    assertThat(context.ggsnData()).isEqualTo(2);
    assertThat(context.createRequest()).isEqualTo(first);
  }

  @Test
  void aRefusalNamesItsCause() throws Exception {
    CompletableFuture<PdpContext> opening = open();
    ControlMessage request = ControlMessage.decode(ByteBuffer.wrap(receive()));
    ControlMessage refusal =
        new ControlMessage(
            Gtp.CREATE_PDP_CONTEXT_RESPONSE,
            ASKED.control(),
            request.sequence(),
            List.of(Element.of(Element.CAUSE, 219)));
    send(refusal.encode());

    assertThatThrownBy(() -> opening.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("001010000000001 on internet: cause 219");
  }

  @Test
  void aSilentGgsnIsAskedSoOftenAndNoMore() throws Exception {
    CompletableFuture<PdpContext> opening = open();
    for (int i = 0; i < TIMERS.n3Requests(); i++) {
      assertThat(receive()).isNotEmpty();
    }

    assertThatThrownBy(() -> opening.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("does not answer: 3 times asked");
  }

  @Test
  void theGgsnsOwnRequestsAreAnswered() throws Exception {
    send(new ControlMessage(Gtp.ECHO_REQUEST, 0, 77, List.of()).encode());
    ControlMessage echo = ControlMessage.decode(ByteBuffer.wrap(receive()));
    assertThat(echo.type()).isEqualTo(Gtp.ECHO_RESPONSE);
    assertThat(echo.sequence()).isEqualTo(77);

    send(new ControlMessage(Gtp.DELETE_PDP_CONTEXT_REQUEST, 5, 78, List.of()).encode());
    ControlMessage unknown = ControlMessage.decode(ByteBuffer.wrap(receive()));
    assertThat(unknown.octet("Cause", Element.CAUSE)).isEqualTo(Gtp.NON_EXISTENT);
  }

  private CompletableFuture<PdpContext> open() {
    CompletableFuture<PdpContext> result = new CompletableFuture<>();
    new Thread(
            () -> {
              try {
                result.complete(path.open(ASKED));
              } catch (IOException e) {
                result.completeExceptionally(e);
              }
            },
            "opening")
        .start();
    return result;
  }

  private byte[] receive() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
    ggsn.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  private void send(byte[] datagram) throws IOException {
    ggsn.send(
        new DatagramPacket(
            datagram, datagram.length, new InetSocketAddress(SGSN, Gtp.CONTROL_PORT)));
  }
}
