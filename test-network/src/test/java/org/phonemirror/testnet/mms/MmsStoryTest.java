package org.phonemirror.testnet.mms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.testnet.ims.TestPhones.await;
import static org.phonemirror.testnet.ims.TestPhones.identity;
import static org.phonemirror.testnet.ims.TestPhones.local;
import static org.phonemirror.testnet.mms.RelayAtWork.message;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.container.EmbeddedContainer;
import org.phonemirror.core.mms.Envelope;
import org.phonemirror.core.mms.MmsDecoder;
import org.phonemirror.core.mms.MmsEncoder;
import org.phonemirror.core.mms.MmsMessage;
import org.phonemirror.core.mms.ResponseStatus;
import org.phonemirror.core.mms.Status;
import org.phonemirror.core.signalling.PhonePresence;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sip.config.MirrorConfig;
import org.phonemirror.testnet.hss.FilterCriterion;
import org.phonemirror.testnet.hss.HssConfig;
import org.phonemirror.testnet.hss.Subscriber;
import org.phonemirror.testnet.hss.Subscribers;
import org.phonemirror.testnet.hss.TestHss;
import org.phonemirror.testnet.ims.ImsCore;
import org.phonemirror.testnet.ims.ImsPlan;
import org.phonemirror.testnet.ims.Ue;
import org.phonemirror.testnet.sip.SipAppServer;

/** Two phones, a real IMS core, the mirror server in the way, and the relay: a message and back. */
class MmsStoryTest {
  private static final String NET = "127.34.4.";
  private static final InetSocketAddress HSS = new InetSocketAddress(NET + "4", 3868);
  private static final Ue.Identity ALICE = identity("15550001");
  private static final Ue.Identity BOB = identity("15550002");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final PhonePresence NOBODY =
      new PhonePresence() {
        @Override
        public void phoneOn(Impu subscriber) {}

        @Override
        public void phoneOff(Impu subscriber) {}
      };

  @TempDir Path directory;
  private final BlockingQueue<Ue.Received> atAlice = new LinkedBlockingQueue<>();
  private final BlockingQueue<Ue.Received> atBob = new LinkedBlockingQueue<>();
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  @EnabledIf("org.phonemirror.testnet.ims.ImsCore#isInstalled")
  void aMessageIsPushedThroughTheMirrorServerAndFetched() throws Exception {
    Subscribers subscribers = new Subscribers();
    subscribers.put(subscriber(ALICE));
    subscribers.put(subscriber(BOB));
    ImsPlan plan =
        new ImsPlan("ims.test", NET + "1", NET + "2", NET + "3", HSS, directory.resolve("ims"));
    RelayConfig config =
        RelayConfig.of(
            new InetSocketAddress(NET + "7", 8190),
            URI.create("http://" + NET + "7:8190/"),
            new InetSocketAddress(NET + "7", 5060),
            plan.icscf(),
            "ims.test");
    try (TestHss hss = TestHss.start(HssConfig.of(NET + "4", "ims.test", HSS), subscribers);
        ImsCore core = ImsCore.start(plan);
        EmbeddedContainer server =
            SipAppServer.start(
                directory,
                NET + "5",
                Duration.ofMillis(500),
                (as, messenger) -> SipAppServer.plane(() -> NOBODY));
        MmsRelay relay = MmsRelay.start(config, Consultation.NONE);
        Ue alice = new Ue(ALICE, local(NET + "10"), plan.pcscf(), atAlice::add);
        Ue bob = new Ue(BOB, local(NET + "11"), plan.pcscf(), atBob::add)) {
      relay.callers().attach(InetAddress.getLoopbackAddress(), "+15550001");
      relay.callers().trust(InetAddress.getLoopbackAddress());
      await(alice.register(HOUR));

      // Bob's phone is off: the message waits
      MmsMessage.SendRequest sent =
          message(
              Envelope.of(List.of("+15550002/TYPE=PLMN"), "Grüße").withDeliveryReport(),
              Optional.empty(),
              "How are you?");
      MmsMessage.SendConfirmation taken =
          (MmsMessage.SendConfirmation) MmsDecoder.decode(post(sent));
      assertThat(taken.status()).isEqualTo(ResponseStatus.OK);

      // on, it is told, and fetches it; every byte has come through the CSCFs and the mirror server
      await(bob.register(HOUR));
      Ue.Received pushed = take(atBob);
      assertThat(pushed.from()).isEqualTo("sip:mms@ims.test");
      MmsMessage.Notification notification = (MmsMessage.Notification) pdu(pushed);
      assertThat(notification.from()).contains("+15550001/TYPE=PLMN");
      assertThat(notification.subject()).contains("Grüße");
      HttpResponse<byte[]> fetched =
          http.send(
              HttpRequest.newBuilder(URI.create(notification.contentLocation()))
                  .header("X-MSISDN", "+15550002")
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      MmsMessage.RetrieveConfirmation received =
          (MmsMessage.RetrieveConfirmation) MmsDecoder.decode(fetched.body());
      assertThat(received.content()).isEqualTo(sent.content());

      // and Alice's phone is told of it
      post(new MmsMessage.NotifyResponse(notification.transactionId(), Status.RETRIEVED, true));
      MmsMessage.DeliveryReport report = (MmsMessage.DeliveryReport) pdu(take(atAlice));
      assertThat(report.messageId()).isEqualTo(taken.messageId().orElseThrow());
      assertThat(report.status()).isEqualTo(Status.RETRIEVED);
    } finally {
      System.clearProperty(MirrorConfig.FILE_PROPERTY);
    }
  }

  private byte[] post(MmsMessage message) throws Exception {
    return http.send(
            HttpRequest.newBuilder(URI.create("http://" + NET + "7:8190/"))
                .header("Content-Type", MmsMessage.MEDIA_TYPE)
                .POST(HttpRequest.BodyPublishers.ofByteArray(MmsEncoder.encode(message)))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray())
        .body();
  }

  private static MmsMessage pdu(Ue.Received received) throws Exception {
    assertThat(received.contentType()).isEqualTo(MmsMessage.MEDIA_TYPE);
    return MmsDecoder.decode(received.body().getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Subscriber subscriber(Ue.Identity identity) {
    return new Subscriber(
        identity.impi(),
        identity.password(),
        List.of(new Impu(identity.impu())),
        List.of(FilterCriterion.mirror("sip:" + NET + "5:" + SipAppServer.SIP_PORT + ";lr")));
  }

  private static Ue.Received take(BlockingQueue<Ue.Received> queue) throws InterruptedException {
    Ue.Received taken = queue.poll(40, TimeUnit.SECONDS);
    assertThat(taken).isNotNull();
    return taken;
  }
}
