package org.phonemirror.testnet.mms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.phonemirror.testnet.mms.RelayAtWork.ALICE;
import static org.phonemirror.testnet.mms.RelayAtWork.BOB;
import static org.phonemirror.testnet.mms.RelayAtWork.CAROL;
import static org.phonemirror.testnet.mms.RelayAtWork.message;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.mms.Envelope;
import org.phonemirror.core.mms.Expiry;
import org.phonemirror.core.mms.MessagePolicy;
import org.phonemirror.core.mms.MmsDecoder;
import org.phonemirror.core.mms.MmsEncoder;
import org.phonemirror.core.mms.MmsMessage;
import org.phonemirror.core.mms.ResponseStatus;
import org.phonemirror.core.mms.RetrieveStatus;
import org.phonemirror.core.mms.Status;

class MmsRelayTest {
  private static final String HOST = "127.34.1.1";

  @Test
  void aMessageGoesToEachRecipientAndReportsComeBack() throws Exception {
    try (RelayAtWork at = new RelayAtWork(HOST, Consultation.NONE)) {
      MmsMessage.SendConfirmation sent =
          at.send(message("+15550002/TYPE=PLMN", "15550003", "+15550002"));
      assertThat(sent.status()).isEqualTo(ResponseStatus.OK);
      assertThat(at.relay.waiting()).isEqualTo(2);

      // immediate retrieval: fetched, and then the notification is answered
      MmsMessage.Notification forBob = at.notification(BOB);
      assertThat(forBob.from()).contains("+15550001/TYPE=PLMN");
      assertThat(forBob.subject()).contains("Hello");
      at.phoneIs(BOB);
      MmsMessage.RetrieveConfirmation fetched = at.get(forBob.contentLocation());
      assertThat(fetched.transactionId()).isEmpty();
      assertThat(fetched.messageId()).isEqualTo(sent.messageId());
      assertThat(fetched.envelope().from()).contains("+15550001/TYPE=PLMN");
      assertThat(fetched.content()).isEqualTo(message(BOB).content());
      assertThat(
              at.post(new MmsMessage.NotifyResponse(forBob.transactionId(), Status.RETRIEVED, true))
                  .statusCode())
          .isEqualTo(204);
      MmsMessage.Notification forCarol = at.notification(CAROL);
      RelayAtWork.Pushed report = at.take();
      assertThat(report.number()).isEqualTo(ALICE);
      MmsMessage.DeliveryReport delivered = (MmsMessage.DeliveryReport) report.message();
      assertThat(delivered.messageId()).isEqualTo(sent.messageId().orElseThrow());
      assertThat(delivered.to()).isEqualTo("+15550002/TYPE=PLMN");
      assertThat(delivered.status()).isEqualTo(Status.RETRIEVED);

      // deferred retrieval: the notification is answered, and what is fetched is acknowledged
      at.phoneIs(CAROL);
      at.post(new MmsMessage.NotifyResponse(forCarol.transactionId(), Status.DEFERRED, true));
      String transaction = at.get(forCarol.contentLocation()).transactionId().orElseThrow();
      at.post(new MmsMessage.Acknowledgement(transaction, false));
      assertThat(at.relay.waiting()).isZero();

      // what is delivered is gone; and Carol wanted no report
      assertThat(at.get(forCarol.contentLocation()).status())
          .contains(RetrieveStatus.MESSAGE_NOT_FOUND);
      assertThat(at.pushed).isEmpty();
    }
  }

  @Test
  void aPhoneThatIsOffIsNotifiedLater() throws Exception {
    try (RelayAtWork at = new RelayAtWork(HOST, Consultation.NONE)) {
      at.outcomes.addAll(List.of(Push.Outcome.UNREACHABLE, Push.Outcome.UNREACHABLE));
      at.send(message(BOB));
      byte[] first = at.take().pdu();
      assertThat(at.take().pdu()).isEqualTo(first);
      assertThat(at.take().pdu()).isEqualTo(first);
      assertThat(at.relay.waiting()).isEqualTo(1);
    }
  }

  @Test
  void aMessageThatComesAgainIsConfirmedAgainAndDeliveredOnce() throws Exception {
    try (RelayAtWork at = new RelayAtWork(HOST, Consultation.NONE)) {
      MmsMessage.SendConfirmation first = at.send(message(BOB));
      assertThat(at.send(message(BOB))).isEqualTo(first);
      assertThat(at.relay.waiting()).isEqualTo(1);
      at.notification(BOB);
      assertThat(at.pushed).isEmpty();
      // another phone's, or another message's, of the same name
      at.phoneIs(CAROL);
      at.send(message(BOB));
      at.send(message(Envelope.of(List.of(BOB), "Other"), Optional.empty(), "text"));
      assertThat(at.relay.waiting()).isEqualTo(3);
    }
  }

  @Test
  void whatCannotBeDeliveredIsReported() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    InstantSource time = now::get;
    Clock clock = time.withZone(ZoneOffset.UTC);
    try (RelayAtWork at =
        new RelayAtWork(HOST, Consultation.NONE, RelayConfig.Limits.defaults(), clock)) {
      at.outcomes.add(Push.Outcome.UNKNOWN);
      at.send(message(BOB));
      at.notification(BOB);
      assertThat(((MmsMessage.DeliveryReport) at.take().message()).status())
          .isEqualTo(Status.REJECTED);

      // nobody fetches it in time
      Optional<Expiry> soon = Optional.of(new Expiry.After(Duration.ofHours(1)));
      Envelope envelope = Envelope.of(List.of(BOB), "Soon").withDeliveryReport();
      at.send(message(envelope, soon, "gone"));
      at.notification(BOB);
      now.updateAndGet(before -> before.plus(Duration.ofHours(1)).plusSeconds(1));
      RelayAtWork.Pushed report = at.take();
      assertThat(report.number()).isEqualTo(ALICE);
      assertThat(((MmsMessage.DeliveryReport) report.message()).status()).isEqualTo(Status.EXPIRED);
      assertThat(at.relay.waiting()).isZero();
    }
  }

  @Test
  void onlyTheRecipientMayFetch() throws Exception {
    try (RelayAtWork at = new RelayAtWork(HOST, Consultation.NONE)) {
      at.send(message(BOB));
      String location = at.notification(BOB).contentLocation();
      assertThat(at.get(location).status()).contains(RetrieveStatus.MESSAGE_NOT_FOUND);
      at.phoneIs(BOB);
      assertThat(at.get(location).status()).contains(RetrieveStatus.OK);
    }
  }

  @Test
  void badPdusAreRefusedByTheirNames() throws Exception {
    RelayConfig.Limits limits = new RelayConfig.Limits(2_000, 3, 6_000, Duration.ofDays(1));
    try (RelayAtWork at = new RelayAtWork(HOST, Consultation.NONE, limits, Clock.systemUTC())) {
      byte[] good = MmsEncoder.encode(message(BOB));
      assertThat(status(at, Arrays.copyOf(good, good.length - 5)))
          .isEqualTo(ResponseStatus.FORMAT_CORRUPT);
      assertThat(status(at, HexFormat.of().parseHex("8c80985431008d92")))
          .isEqualTo(ResponseStatus.FORMAT_CORRUPT);
      assertThat(status(at, MmsEncoder.encode(large(2_000))))
          .isEqualTo(ResponseStatus.CONTENT_NOT_ACCEPTED);
      assertThat(at.send(message("bob@example.com")).status())
          .isEqualTo(ResponseStatus.ADDRESS_UNRESOLVED);
      at.relay.callers().detach(InetAddress.getLoopbackAddress());
      assertThat(at.send(message(BOB)).status()).isEqualTo(ResponseStatus.ADDRESS_UNRESOLVED);
      at.phoneIs(ALICE);

      // three recipients fit, a fourth does not, and what is refused leaves nothing behind
      assertThat(at.send(message(BOB, CAROL)).status()).isEqualTo(ResponseStatus.OK);
      assertThat(at.send(message(CAROL, BOB)).status()).isEqualTo(ResponseStatus.TRANSIENT_FAILURE);
      assertThat(at.send(message(BOB)).status()).isEqualTo(ResponseStatus.OK);
      assertThat(at.relay.waiting()).isEqualTo(3);

      // what is no request cannot be refused by a confirmation
      assertThat(at.post(new byte[] {1, 2}, MmsMessage.MEDIA_TYPE).statusCode()).isEqualTo(400);
      assertThat(at.post(good, "text/plain").statusCode()).isEqualTo(415);
      assertThat(at.post(at.get("http://" + HOST + ":8190/mm1/x")).statusCode()).isEqualTo(400);
      assertThat(at.post(new MmsMessage.Acknowledgement("nobody's", true)).statusCode())
          .isEqualTo(204);
    }
  }

  private static ResponseStatus status(RelayAtWork at, byte[] pdu) throws Exception {
    byte[] answer = at.post(pdu, MmsMessage.MEDIA_TYPE).body();
    MmsMessage.SendConfirmation refusal = (MmsMessage.SendConfirmation) MmsDecoder.decode(answer);
    assertThat(refusal.transactionId()).isEqualTo("T1");
    assertThat(refusal.text()).isPresent();
    return refusal.status();
  }

  private static MmsMessage.SendRequest large(int bytes) {
    String text = new String(new byte[bytes], StandardCharsets.US_ASCII).replace('\0', 'x');
    return message(Envelope.of(List.of(BOB), "Large"), Optional.empty(), text);
  }

  @Test
  void aRefusedMessageTellsItsSenderWhy() throws Exception {
    Consultation no =
        passage ->
            CompletableFuture.completedFuture(
                passage.point() == MessagePolicy.Point.SUBMISSION
                        && passage.recipients().contains(BOB)
                    ? new MessagePolicy.Decision.Refuse("not to " + BOB)
                    : new MessagePolicy.Decision.Proceed());
    try (RelayAtWork at = new RelayAtWork(HOST, no)) {
      MmsMessage.SendConfirmation refused = at.send(message(BOB));
      assertThat(refused.status()).isEqualTo(ResponseStatus.SERVICE_DENIED);
      assertThat(refused.text()).contains("not to " + BOB);
      assertThat(at.send(message(CAROL)).status()).isEqualTo(ResponseStatus.OK);
    }
  }

  @Test
  void anAddressInUseIsTold() throws Exception {
    try (RelayAtWork at = new RelayAtWork(HOST, Consultation.NONE)) {
      assertThat(at.relay.address().getPort()).isEqualTo(8190);
      assertThatThrownBy(() -> new RelayAtWork(HOST, Consultation.NONE))
          .hasMessageContaining("MMS relay cannot listen at /127.34.1.1:8190");
    }
  }
}
