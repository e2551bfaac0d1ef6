package org.phonemirror.testnet.mms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.testnet.mms.RelayAtWork.BOB;
import static org.phonemirror.testnet.mms.RelayAtWork.CAROL;
import static org.phonemirror.testnet.mms.RelayAtWork.message;

import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.mms.CountingPolicy;
import org.phonemirror.core.mms.Envelope;
import org.phonemirror.core.mms.MessagePolicy;
import org.phonemirror.core.mms.MmsMessage;
import org.phonemirror.core.mms.ResponseStatus;
import org.phonemirror.hss.diameter.NodeConfig;
import org.phonemirror.hss.mm10.Mm10Server;

/** Relay and mirror server over Diameter. */
class Mm10Test {
  private static final String RELAY = "127.34.2.1";
  private static final String SERVER = "127.34.2.2";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private InetSocketAddress address;
  private int messages;
  private final BlockingQueue<MessagePolicy.Passage> asked = new LinkedBlockingQueue<>();

  @BeforeEach
  void chooseAddress() throws Exception {
    address = RelayAtWork.free(SERVER);
  }

  @Test
  void eachMessageIsAskedAboutOnItsWayInAndOut() throws Exception {
    MessagePolicy policy =
        passage -> {
          asked.add(passage);
          return passage.recipients().contains(CAROL)
              ? new MessagePolicy.Decision.Refuse("Carol is not to be disturbed")
              : new MessagePolicy.Decision.Proceed();
        };
    try (Mm10Server server =
            Mm10Server.start("mirror.as.ims.test", "as.ims.test", address, policy);
        Mm10Client client = client(PATIENCE);
        RelayAtWork at = new RelayAtWork(RELAY, client)) {
      await("connection", client::isConnected);
      assertThat(at.send(message(BOB)).status()).isEqualTo(ResponseStatus.OK);
      at.notification(BOB);
      assertThat(take())
          .isEqualTo(
              new MessagePolicy.Passage(
                  MessagePolicy.Point.SUBMISSION,
                  "15550001",
                  Optional.of("+15550001/TYPE=PLMN"),
                  List.of(BOB),
                  true));
      assertThat(take())
          .isEqualTo(
              new MessagePolicy.Passage(
                  MessagePolicy.Point.DELIVERY,
                  "15550002",
                  Optional.of("+15550001/TYPE=PLMN"),
                  List.of(BOB),
                  true));
      MmsMessage.SendConfirmation refused = at.send(message(CAROL));
      assertThat(refused.status()).isEqualTo(ResponseStatus.SERVICE_DENIED);
      assertThat(refused.text()).contains("Carol is not to be disturbed");
      assertThat(client.unanswered()).isZero();
    }
  }

  @Test
  void theRelayGoesOnWithoutTheMirrorServer() throws Exception {
    try (Mm10Client client = client(PATIENCE);
        RelayAtWork at = new RelayAtWork(RELAY, client)) {
      assertThat(at.send(another()).status()).isEqualTo(ResponseStatus.OK);
      at.notification(BOB);
      assertThat(client.unanswered()).isEqualTo(2);

      // it comes, and is asked; it goes, and is not waited for; it comes again
      CountingPolicy counts = new CountingPolicy();
      for (int i = 1; i <= 2; i++) {
        try (Mm10Server server =
            Mm10Server.start("mirror.as.ims.test", "as.ims.test", address, counts)) {
          await("connection", client::isConnected);
          assertThat(at.send(another()).status()).isEqualTo(ResponseStatus.OK);
          at.notification(BOB);
          assertThat(counts.submitted()).isEqualTo(i);
          assertThat(counts.delivered()).isEqualTo(i);
        }
        await("end of the connection", () -> !client.isConnected());
        assertThat(at.send(another()).status()).isEqualTo(ResponseStatus.OK);
        at.notification(BOB);
      }
    }
  }

  /** Not the one before, which the relay would recognise. */
  private MmsMessage.SendRequest another() {
    String subject = "Message " + ++messages;
    return message(Envelope.of(List.of(BOB), subject), Optional.empty(), "How are you?");
  }

  @Test
  void aServerThatDoesNotAnswerOrFailsHoldsNothingUp() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    MessagePolicy hangs =
        passage -> {
          if (passage.recipients().contains(CAROL)) {
            throw new IllegalStateException("Carol is not in the plan");
          }
          try {
            end.await(30, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return new MessagePolicy.Decision.Refuse("too late");
        };
    try (Mm10Server server = Mm10Server.start("mirror.as.ims.test", "as.ims.test", address, hangs);
        Mm10Client client = client(Duration.ofSeconds(1));
        RelayAtWork at = new RelayAtWork(RELAY, client)) {
      await("connection", client::isConnected);
      assertThat(at.send(message(CAROL)).status()).isEqualTo(ResponseStatus.OK);
      at.notification(CAROL);
      assertThat(client.unanswered()).isEqualTo(2);
      assertThat(at.send(message(BOB)).status()).isEqualTo(ResponseStatus.OK);
      at.notification(BOB);
      assertThat(client.unanswered()).isEqualTo(4);
      end.countDown();
    }
  }

  private Mm10Client client(Duration limit) throws Exception {
    return Mm10Client.start(
        "mms.ims.test",
        "ims.test",
        RelayAtWork.free(RELAY),
        new NodeConfig.Peer("mirror.as.ims.test", address, List.of("as.ims.test")),
        limit,
        Clock.systemUTC());
  }

  private MessagePolicy.Passage take() throws InterruptedException {
    MessagePolicy.Passage passage = asked.poll(20, TimeUnit.SECONDS);
    assertThat(passage).isNotNull();
    return passage;
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline for %s", what).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
