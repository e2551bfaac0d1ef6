package org.phonemirror.testnet.ims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.phonemirror.testnet.sip.SipEndpoint;
import org.phonemirror.testnet.sip.SipMessage;

/** A phone's IMS stack before a registrar that the test plays. */
class UeTest {
  private static final InetSocketAddress PCSCF = new InetSocketAddress("127.18.3.1", 4060);
  private static final InetSocketAddress PHONE = new InetSocketAddress("127.18.3.10", 5061);
  private static final Ue.Identity IDENTITY =
      new Ue.Identity("sip:+15550001@ims.test", "15550001@ims.test", "ims.test", "secret1");
  private static final String MD5 =
      "Digest realm=\"ims.test\", nonce=\"abc\", algorithm=MD5, qop=\"auth\"";

  private record Came(SipMessage request, InetSocketAddress from) {}

  private final BlockingQueue<Came> came = new LinkedBlockingQueue<>();
  private final BlockingQueue<Ue.Received> received = new LinkedBlockingQueue<>();
  private SipEndpoint registrar;
  private Ue ue;

  @BeforeEach
  void start() throws IOException {
    registrar =
        new SipEndpoint(
            PCSCF, Duration.ofSeconds(10), (request, from) -> came.add(new Came(request, from)));
    ue = new Ue(IDENTITY, PHONE, PCSCF, received::add);
  }

  @AfterEach
  void stop() {
    ue.close();
    registrar.close();
  }

  @Test
  void registersRefreshesByItselfAndDeregisters() throws Exception {
    CompletionStage<Void> registered = ue.register(Duration.ofHours(1));
    SipMessage first = challenge(MD5);
    assertThat(first.value("Authorization").orElseThrow())
        .contains("username=\"15550001@ims.test\"", "nonce=\"\"");
    SipMessage second = accept(1);
    assertThat(second.value("Authorization").orElseThrow())
        .contains("nonce=\"abc\"", "qop=auth")
        .containsPattern("response=\"[0-9a-f]{32}\"");
    assertThat(second.value("Expires")).contains("3600");
    await(registered);

    challenge(MD5); // half of the second that was granted has passed
    accept(3600);

    CompletionStage<Void> gone = ue.deregister();
    challenge(MD5);
    assertThat(accept(0).value("Expires")).contains("0");
    await(gone);
  }

  @Test
  void tellsWhyItCannotRegister() throws Exception {
    CompletionStage<Void> registered = ue.register(Duration.ofHours(1));
    challenge(MD5);
    answer(came.poll(10, TimeUnit.SECONDS), 403, "Authentication Failed");
    assertThatThrownBy(() -> await(registered))
        .hasCauseInstanceOf(IOException.class)
        .hasMessageContaining("REGISTER of sip:+15550001@ims.test")
        .hasMessageContaining("403 Authentication Failed");
  }

  @Test
  void doesNotAnswerAChallengeThatItDoesNotKnow() throws Exception {
    CompletionStage<Void> registered = ue.register(Duration.ofHours(1));
    challenge("Digest realm=\"ims.test\", nonce=\"abc\", algorithm=AKAv1-MD5");
    assertThatThrownBy(() -> await(registered)).hasMessageContaining("AKAv1-MD5");
  }

  @Test
  void takesAMessageOnceAndRefusesCalls() throws Exception {
    SipMessage message =
        toPhone("MESSAGE", "1").withBody("application/json", "{\"interval\": \"PT10S\"}");
    assertThat(registrar.request(message, PHONE).get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
    assertThat(received.poll(10, TimeUnit.SECONDS))
        .isEqualTo(
            new Ue.Received(
                "sip:mirror@127.18.3.5:5080", "application/json", "{\"interval\": \"PT10S\"}"));
    SipMessage refused = registrar.request(toPhone("INVITE", "2"), PHONE).get(10, TimeUnit.SECONDS);
    assertThat(refused.status()).isEqualTo(405);
    assertThat(received).isEmpty();
  }

  private static SipMessage toPhone(String method, String callId) {
    return SipMessage.request(method, "sip:+15550001@127.18.3.10:5061")
        .with("Max-Forwards", "70")
        .with("From", "<sip:mirror@127.18.3.5:5080>;tag=1")
        .with("To", "<sip:+15550001@ims.test>")
        .with("Call-ID", callId)
        .with("CSeq", "1 " + method);
  }

  private SipMessage challenge(String challenge) throws InterruptedException {
    Came next = came.poll(10, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    SipMessage response =
        next.request().response(401, "Unauthorized").with("WWW-Authenticate", challenge);
    registrar.respond(next.request(), response, next.from());
    return next.request();
  }

  private SipMessage accept(int expires) throws InterruptedException {
    Came next = came.poll(10, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    SipMessage response =
        next.request()
            .response(200, "OK")
            .with("Contact", "<sip:+15550001@127.18.3.10:5061>;expires=" + expires);
    registrar.respond(next.request(), response, next.from());
    return next.request();
  }

  private void answer(Came next, int status, String reason) {
    assertThat(next).isNotNull();
    registrar.respond(next.request(), next.request().response(status, reason), next.from());
  }

  private static void await(CompletionStage<Void> stage) throws Exception {
    stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
