package org.phonemirror.testnet.sip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.phonemirror.container.EmbeddedContainer;
import org.phonemirror.core.signalling.PhoneMessenger;
import org.phonemirror.core.signalling.PhonePresence;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.tape.SessionContent;
import org.phonemirror.core.tape.SessionRecorder;
import org.phonemirror.sip.config.MirrorConfig;

/** The SIP application in its container, seen from an S-CSCF. */
class SipAppTest {
  private static final String HOST = "127.18.0.5";
  private static final InetSocketAddress SERVER = new InetSocketAddress(HOST, 5080);
  private static final InetSocketAddress SCSCF = new InetSocketAddress("127.18.0.3", 6060);
  private static final Impu PHONE = new Impu("sip:+15550001@ims.test");
  private static final Impu MIRRORED = new Impu("sip:+15550071@ims.test");
  private static final Duration SHORT_T1 = Duration.ofMillis(25); // Timer F is 64 of them
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir static Path directory;
  private static EmbeddedContainer container;
  private static PhoneMessenger messenger;
  private static final BlockingQueue<String> HEARD = new LinkedBlockingQueue<>();
  private static final AtomicReference<PhonePresence> PRESENCE = new AtomicReference<>();

  private static final AtomicReference<SessionRecorder> RECORD = new AtomicReference<>();

  private SipScenario scenario;

  /** Notes what it hears. */
  private static final PhonePresence RECORDER =
      new PhonePresence() {
        @Override
        public void phoneOn(Impu subscriber) {
          HEARD.add("on " + subscriber);
        }

        @Override
        public void phoneOff(Impu subscriber) {
          HEARD.add("off " + subscriber);
        }
      };

  @BeforeAll
  static void start() throws Exception {
    container =
        SipAppServer.start(
            directory,
            HOST,
            SHORT_T1,
            (config, phones) -> {
              messenger = phones;
              return new FakePlane(
                  () -> PRESENCE.get(),
                  List.of(),
                  Set.of(MIRRORED),
                  (subscriber, content) -> RECORD.get().record(subscriber, content),
                  subscriber -> CompletableFuture.completedFuture(Optional.empty()));
            });
  }

  @AfterAll
  static void stop() throws IOException {
    if (container != null) {
      container.close();
    }
    System.clearProperty(MirrorConfig.FILE_PROPERTY);
  }

  @BeforeEach
  void listen() throws Exception {
    HEARD.clear();
    PRESENCE.set(RECORDER);
    RECORD.set(
        (subscriber, content) ->
            HEARD.add(
                String.join(
                    " ",
                    subscriber.uri(),
                    content.direction().name(),
                    content.method(),
                    content.peer(),
                    content.contentType(),
                    new String(content.body(), UTF_8).strip().replace("\r\n", "|"))));
    scenario = new SipScenario(SCSCF, SERVER);
  }

  @AfterEach
  void close() {
    scenario.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "register",
        "register-bodies",
        "deregister",
        "register-malformed",
        "message",
        "message-legs",
        "message-refused-beyond",
        "invite",
        "invite-legs",
        "session-content",
        "options"
      })
  void scenario(String name) throws Exception {
    play(name);
    assertThat(HEARD).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "register",
        "register-bodies",
        "message-legs",
        "invite-legs",
        "session-content",
        "options"
      })
  void scenarioOverTcp(String name) throws Exception {
    try (SipScenario overTcp = new SipScenario(new TcpTransport(SCSCF), SERVER)) {
      overTcp.play(
          SipAppServer.scenario(name, SERVER, SCSCF, ";transport=tcp")
              .replaceAll("(?m)^(.: Call-ID: )", "$1tcp-"),
          HEARD);
    }
    assertThat(HEARD).isEmpty();
  }

  @Test
  void registrationIsAnsweredThoughTheMirrorsFail() throws Exception {
    PRESENCE.set(
        new PhonePresence() {
          @Override
          public void phoneOn(Impu subscriber) {
            RECORDER.phoneOn(subscriber);
            throw new IllegalStateException("as a test");
          }

          @Override
          public void phoneOff(Impu subscriber) {
            RECORDER.phoneOff(subscriber);
          }
        });
    play("register");
    play("deregister");
  }

  @Test
  void signallingGoesOnWhileTheMirrorsHang() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    PRESENCE.set(
        new PhonePresence() {
          @Override
          public void phoneOn(Impu subscriber) {
            RECORDER.phoneOn(subscriber);
            try {
              release.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }

          @Override
          public void phoneOff(Impu subscriber) {
            RECORDER.phoneOff(subscriber);
          }
        });
    try {
      play("register");
      play("message");
      play("invite");
      scenario.play(text("deregister").replaceAll("(?m)^P:.*", "").strip(), HEARD);
      assertThat(HEARD).isEmpty();
    } finally {
      release.countDown();
    }
    assertThat(HEARD.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("off " + PHONE);
  }

  @Test
  void sessionsGoOnThoughTheyCannotBeRecorded() throws Exception {
    RECORD.set(
        (subscriber, content) -> {
          throw new IllegalStateException("as a test");
        });
    String text = text("session-content").replaceAll("(?m)^P: .*\n\n?", "");
    scenario.play(text.replace("Call-ID: content", "Call-ID: unrecorded"), HEARD);
  }

  @Test
  void multimediaNotificationIsRecordedAsSuchWithItsTime() throws Exception {
    BlockingQueue<SessionContent> recorded = new LinkedBlockingQueue<>();
    RECORD.set((subscriber, content) -> recorded.add(content));
    byte[] notification = HexFormat.of().parseHex("8c82984e3737008d92891880");
    long before = System.currentTimeMillis();
    byte[] came;
    try (DatagramSocket scscf =
        new DatagramSocket(new InetSocketAddress(SCSCF.getAddress(), SCSCF.getPort() + 1))) {
      send(scscf, notification);
      scscf.setSoTimeout((int) LIMIT.toMillis());
      DatagramPacket forwarded = new DatagramPacket(new byte[65536], 65536);
      scscf.receive(forwarded);
      came = Arrays.copyOf(forwarded.getData(), forwarded.getLength());
    }
    assertThat(Arrays.copyOfRange(came, came.length - notification.length, came.length))
        .as("what goes on")
        .isEqualTo(notification);
    SessionContent content = recorded.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(content.body()).isEqualTo(notification);
    assertThat(content.isMmsNotification()).isTrue();
    assertThat(content.timeMicros())
        .isBetween(before * 1000, (System.currentTimeMillis() + 1) * 1000);
  }

  /** To the mirrored phone; these octets are no text. */
  private static void send(DatagramSocket from, byte[] notification) throws IOException {
    String local = from.getLocalAddress().getHostAddress() + ":" + from.getLocalPort();
    SipMessage head =
        SipMessage.request("MESSAGE", MIRRORED.uri())
            .with("Via", "SIP/2.0/UDP " + local + ";branch=z9hG4bKmms")
            .with("From", "<sip:mmsc@ims.test>;tag=1")
            .with("To", "<" + MIRRORED + ">")
            .with("Call-ID", "mms@ims.test")
            .with("CSeq", "1 MESSAGE")
            .with("Max-Forwards", "60")
            .with("Route", "<sip:127.18.0.5:5080;lr>")
            .with("Route", "<sip:" + local + ";lr>")
            .withBody(SessionContent.MMS, "x".repeat(notification.length));
    byte[] request = head.encode();
    System.arraycopy(
        notification, 0, request, request.length - notification.length, notification.length);
    from.send(new DatagramPacket(request, request.length, SERVER));
  }

  @Test
  void messageReachesThePhoneThroughItsServingCscf() throws Exception {
    play("register");
    CompletionStage<Void> sent = messenger.send(PHONE, "text/plain", "à la carte");
    SipMessage message = scenario.next();
    assertThat(message.startLine()).isEqualTo("MESSAGE " + PHONE + " SIP/2.0");
    assertThat(message.value("Route")).contains("<sip:127.18.0.3:6060;lr>");
    assertThat(message.value("From"))
        .hasValueSatisfying(
            from -> assertThat(from).startsWith("<sip:mirror@127.18.0.5:5080>;tag="));
    assertThat(message.value("P-Asserted-Identity")).contains("<sip:mirror@127.18.0.5:5080>");
    assertThat(message.value("Content-Type")).contains("text/plain");
    assertThat(message.body()).isEqualTo("à la carte");
    assertThat(sent.toCompletableFuture()).isNotDone();
    scenario.respond("SIP/2.0 200 OK");
    sent.toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void messageFailsWithTheFinalResponse() throws Exception {
    play("register");
    CompletionStage<Void> sent = messenger.send(PHONE, "text/plain", "hello");
    scenario.next();
    scenario.respond("SIP/2.0 480 Temporarily Unavailable");
    assertThatThrownBy(() -> sent.toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS))
        .hasCauseInstanceOf(IOException.class)
        .hasMessageContaining(PHONE.uri())
        .hasMessageContaining("480 Temporarily Unavailable");
  }

  @Test
  void messageFailsWhenNobodyAnswers() throws Exception {
    play("register");
    CompletionStage<Void> sent = messenger.send(PHONE, "text/plain", "hello");
    scenario.next();
    assertThatThrownBy(() -> sent.toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS))
        .hasCauseInstanceOf(IOException.class)
        .hasMessageContaining("408");
  }

  @Test
  void messageToAnUnknownPhoneFails() {
    CompletionStage<Void> sent =
        messenger.send(new Impu("sip:+15550042@ims.test"), "text/plain", "hello");
    assertThatThrownBy(() -> sent.toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS))
        .hasCauseInstanceOf(IOException.class)
        .hasMessageContaining("no S-CSCF is known for sip:+15550042@ims.test")
        .hasMessageContaining("sip.s-cscf");
  }

  @Test
  void healthTellsTheVersionAndTheParts() throws Exception {
    HttpResponse<String> health = SipAppServer.health(HOST);
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body().lines())
        .satisfiesExactly(
            first -> assertThat(first).matches("degraded [0-9]+\\.[0-9]+.*"),
            part -> assertThat(part).isEqualTo("diameter degraded no connection to hss.ims.test"),
            part -> assertThat(part).startsWith("s-cscf ok "));
  }

  private void play(String name) throws Exception {
    scenario.play(text(name), HEARD);
  }

  private static String text(String name) throws IOException {
    return SipAppServer.scenario(name, SERVER, SCSCF);
  }
}
