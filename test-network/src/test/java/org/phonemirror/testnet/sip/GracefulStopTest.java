package org.phonemirror.testnet.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.container.EmbeddedContainer;
import org.phonemirror.core.signalling.PhonePresence;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sip.config.MirrorConfig;

/** A server that stops answers what it has begun, and lets nothing new in. */
class GracefulStopTest {
  private static final String HOST = "127.18.3.5";
  private static final InetSocketAddress SERVER =
      new InetSocketAddress(HOST, SipAppServer.SIP_PORT);
  private static final InetSocketAddress SCSCF = new InetSocketAddress("127.18.3.3", 6060);
  private static final PhonePresence NOBODY =
      new PhonePresence() {
        @Override
        public void phoneOn(Impu subscriber) {}

        @Override
        public void phoneOff(Impu subscriber) {}
      };

  @TempDir Path directory;

  @Test
  @Timeout(40)
  void finishesWhatIsOpenAndRefusesWhatIsNew() throws Exception {
    EmbeddedContainer container =
        SipAppServer.start(
            directory,
            HOST,
            Duration.ofMillis(500),
            (config, messenger) -> SipAppServer.plane(() -> NOBODY));
    try (SipScenario scenario = new SipScenario(SCSCF, SERVER);
        SipEndpoint other =
            new SipEndpoint(
                new InetSocketAddress("127.18.3.6", 0), Duration.ofSeconds(5), (r, from) -> {})) {
      String[] message = SipAppServer.scenario("message", SERVER, SCSCF).split("\nS: ", 2);
      String[] parts = message[0].split("\nA: ", 2);
      scenario.play(parts[0], null); // it is at the S-CSCF, without an answer
      CompletableFuture<Void> stopped =
          CompletableFuture.runAsync(
              () -> {
                try {
                  container.close();
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      SipMessage refused = firstRefusal(other);
      assertThat(refused.startLine()).isEqualTo("SIP/2.0 503 Not In Service");
      assertThat(refused.value("Retry-After")).isPresent();
      assertThat(stopped).isNotDone();
      scenario.play("A: " + parts[1].strip() + "\n\nS: " + message[1], null);
      stopped.get(20, TimeUnit.SECONDS);
    } finally {
      container.close();
      System.clearProperty(MirrorConfig.FILE_PROPERTY);
    }
  }

  /** Asks until the server does not let requests in any more. */
  private static SipMessage firstRefusal(SipEndpoint other) throws Exception {
    AtomicInteger sequence = new AtomicInteger();
    while (true) {
      SipMessage answer =
          other
              .request(
                  SipMessage.request("OPTIONS", "sip:" + HOST + ":" + SERVER.getPort())
                      .with("Max-Forwards", "70")
                      .with("From", "<sip:probe@ims.test>;tag=1")
                      .with("To", "<sip:" + HOST + ">")
                      .with("Call-ID", "probe-" + sequence)
                      .with("CSeq", sequence.incrementAndGet() + " OPTIONS"),
                  SERVER)
              .get(5, TimeUnit.SECONDS);
      if (answer.status() != 200) {
        return answer;
      }
    }
  }
}
