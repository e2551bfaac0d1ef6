package org.phonemirror.testnet.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
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
import org.phonemirror.sip.config.MirrorConfig;

/** The SIP application in its container, seen from an S-CSCF. */
class SipAppTest {
  private static final String HOST = "127.18.0.5";
  private static final InetSocketAddress SERVER = new InetSocketAddress(HOST, 5080);
  private static final InetSocketAddress SCSCF = new InetSocketAddress("127.18.0.3", 6060);
  private static final Impu PHONE = new Impu("sip:+15550001@ims.test");
  private static final Duration SHORT_T1 = Duration.ofMillis(25); // Timer F is 64 of them
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir static Path directory;
  private static EmbeddedContainer container;
  private static PhoneMessenger messenger;
  private static final BlockingQueue<String> HEARD = new LinkedBlockingQueue<>();
  private static final AtomicReference<PhonePresence> PRESENCE = new AtomicReference<>();

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
              return SipAppServer.plane(() -> PRESENCE.get());
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
        "options"
      })
  void scenario(String name) throws Exception {
    play(name);
    assertThat(HEARD).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"register", "register-bodies", "message-legs", "invite-legs", "options"})
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
            first -> assertThat(first).matches("ok [0-9]+\\.[0-9]+.*"),
            part -> assertThat(part).isEqualTo("diameter DOWN hss.ims.test at 127.18.0.4:3868"));
  }

  private void play(String name) throws Exception {
    scenario.play(text(name), HEARD);
  }

  private static String text(String name) throws IOException {
    return SipAppServer.scenario(name, SERVER, SCSCF);
  }
}
