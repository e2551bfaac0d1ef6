package org.phonemirror.testnet.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.phonemirror.container.EmbeddedContainer;
import org.phonemirror.core.signalling.PhonePresence;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sip.config.MirrorConfig;

/**
 * The torture messages of RFC 4475, over UDP and TCP: each gets an answer that it may get or none,
 * and the server answers the next request.
 */
class TortureTest {
  private static final String HOST = "127.18.6.5";
  private static final InetSocketAddress SERVER =
      new InetSocketAddress(HOST, SipAppServer.SIP_PORT);
  // answers go to the port of the Via, which is the default one in most of the messages
  private static final InetSocketAddress SENDER = new InetSocketAddress("127.18.6.3", 5060);
  private static final long ANSWER_MILLIS = 3_000;
  private static final long GRACE_MILLIS = 150;

  private static final PhonePresence NOBODY =
      new PhonePresence() {
        @Override
        public void phoneOn(Impu subscriber) {}

        @Override
        public void phoneOff(Impu subscriber) {}
      };

  @TempDir static Path directory;
  private static EmbeddedContainer container;
  private static SipTransport udp;
  private static SipTransport tcp;
  private static final BlockingQueue<byte[]> CAME = new LinkedBlockingQueue<>();

  @BeforeAll
  static void start() throws Exception {
    container =
        SipAppServer.start(
            directory,
            HOST,
            Duration.ofMillis(25),
            (config, messenger) -> SipAppServer.plane(() -> NOBODY));
    udp = new UdpTransport(SENDER);
    udp.start((message, from) -> CAME.add(message));
    tcp = new TcpTransport(SENDER);
    tcp.start((message, from) -> CAME.add(message));
  }

  @AfterAll
  static void stop() throws IOException {
    try {
      udp.close();
      tcp.close();
    } finally {
      container.close();
      System.clearProperty(MirrorConfig.FILE_PROPERTY);
    }
  }

  static Stream<String> names() {
    String valid =
        "wsinv intmeth esc01 escnull esc02 lwsdisp longreq dblreq semiuri transports mpart01"
            + " unreason noreason";
    String invalid =
        "badinv01 clerr ncl scalar02 scalarlg quotbal ltgtruri lwsruri lwsstart trws escruri"
            + " baddate regbadct badaspec baddn badvers mismatch01 mismatch02 bigcode";
    String transaction = "badbranch";
    String application =
        "insuf unkscm novelsc unksm2 bext01 invut regaut01 multi01 mcl01 bcast zeromf cparam01"
            + " cparam02 regescrt sdp01";
    String backward = "inv2543";
    return Arrays.stream(
        String.join(" ", valid, invalid, transaction, application, backward).split(" "));
  }

  @ParameterizedTest
  @MethodSource("names")
  void overUdp(String name) throws Exception {
    TortureMessage message = TortureMessage.load(name);
    CAME.clear();
    udp.send(message.over("UDP"), SERVER);
    check(message);
  }

  @ParameterizedTest
  @MethodSource("names")
  void overTcp(String name) throws Exception {
    TortureMessage message = TortureMessage.load(name);
    CAME.clear();
    // on a connection of its own, which ends after the message
    try (TcpTransport connection =
        new TcpTransport(new InetSocketAddress(SENDER.getAddress(), 0))) {
      connection.start((answer, from) -> CAME.add(answer));
      connection.send(message.over("TCP"), SERVER);
      check(message);
    }
  }

  private static void check(TortureMessage message) throws Exception {
    String seen = message.maySaySilence() ? "" : answer(message, ANSWER_MILLIS);
    assertThat(options()).isEqualTo("SIP/2.0 200 OK");
    if (seen.isEmpty()) {
      seen = answer(message, GRACE_MILLIS);
    }
    assertThat(seen).as(message.name()).matches(message.expected());
  }

  /** Status of the answer to this message, or "silence". */
  private static String answer(TortureMessage message, long millis) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (true) {
      byte[] came = CAME.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (came == null) {
        return "silence";
      }
      String answer = new String(came, StandardCharsets.UTF_8);
      if (answer.contains(message.mark())) { // others are sent again for want of an ACK
        return answer.split(" ", 3)[1];
      }
    }
  }

  private static String options() throws Exception {
    try (SipEndpoint probe =
        new SipEndpoint(
            new InetSocketAddress(SENDER.getAddress(), 0),
            Duration.ofSeconds(5),
            (request, from) -> {})) {
      return probe
          .request(
              SipMessage.request("OPTIONS", "sip:" + HOST + ":" + SERVER.getPort())
                  .with("Max-Forwards", "70")
                  .with("From", "<sip:probe@ims.test>;tag=1")
                  .with("To", "<sip:" + HOST + ">")
                  .with("Call-ID", SipEndpoint.token())
                  .with("CSeq", "1 OPTIONS"),
              SERVER)
          .get(5, TimeUnit.SECONDS)
          .startLine();
    }
  }
}
