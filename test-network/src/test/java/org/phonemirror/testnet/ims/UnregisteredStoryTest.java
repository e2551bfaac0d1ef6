package org.phonemirror.testnet.ims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.testnet.ims.TestPhones.await;
import static org.phonemirror.testnet.ims.TestPhones.identity;
import static org.phonemirror.testnet.ims.TestPhones.local;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.container.EmbeddedContainer;
import org.phonemirror.core.signalling.PhonePresence;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sip.config.MirrorConfig;
import org.phonemirror.testnet.demo.Story;
import org.phonemirror.testnet.hss.CriterionDocument;
import org.phonemirror.testnet.hss.DeployGuide;
import org.phonemirror.testnet.hss.FilterCriterion;
import org.phonemirror.testnet.hss.FilterCriterion.SessionCase;
import org.phonemirror.testnet.hss.FilterCriterion.Trigger;
import org.phonemirror.testnet.hss.HssConfig;
import org.phonemirror.testnet.hss.Subscriber;
import org.phonemirror.testnet.hss.Subscribers;
import org.phonemirror.testnet.hss.TestHss;
import org.phonemirror.testnet.sip.SipAppServer;
import org.phonemirror.testnet.sip.SipEndpoint;
import org.phonemirror.testnet.sip.SipMessage;

/**
 * Messages and calls to a phone that is off: the HSS finds an S-CSCF for it because it has services
 * for the unregistered (TS 23.228 §5.12), the mirror server passes them on, and the next server of
 * the filter criteria, a mailbox, takes them.
 */
@EnabledIf("org.phonemirror.testnet.ims.ImsCore#isInstalled")
class UnregisteredStoryTest {
  private static final String SERVER = "127.18.8.5";
  private static final InetSocketAddress HSS = new InetSocketAddress("127.18.8.4", 3868);
  private static final InetSocketAddress MAILBOX = new InetSocketAddress("127.18.8.6", 5070);
  private static final Ue.Identity ALICE = identity("15550001");
  private static final Ue.Identity BOB = identity("15550002");
  private static final String OFFER = "v=0\r\ns=offer\r\n";
  private static final String ANSWER = "v=0\r\ns=mailbox\r\n";
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path directory;
  private final BlockingQueue<SipMessage> inMailbox = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> atBob = new LinkedBlockingQueue<>();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private SipEndpoint mailbox;

  @Test
  @Timeout(180)
  void theNextServerTakesWhatIsForAPhoneThatIsOff() throws Exception {
    Subscribers subscribers = new Subscribers();
    subscribers.put(subscriber(ALICE, List.of(mirror())));
    subscribers.put(subscriber(BOB, List.of(mirror(), mailboxCriterion())));
    ImsPlan plan =
        new ImsPlan(
            "ims.test", "127.18.8.1", "127.18.8.2", "127.18.8.3", HSS, directory.resolve("ims"));
    try (TestHss hss = TestHss.start(HssConfig.of("127.18.8.4", "ims.test", HSS), subscribers);
        ImsCore core = ImsCore.start(plan);
        EmbeddedContainer server =
            SipAppServer.start(
                directory,
                SERVER,
                Duration.ofMillis(500),
                (config, messenger) -> SipAppServer.plane(UnregisteredStoryTest::deaf));
        SipEndpoint taking = new SipEndpoint(MAILBOX, Duration.ofSeconds(10), this::take);
        Ue alice = new Ue(ALICE, local("127.18.8.10"), plan.pcscf(), got -> {});
        Ue bob = new Ue(BOB, local("127.18.8.11"), plan.pcscf(), got -> atBob.add(got.body()))) {
      mailbox = taking;
      await(alice.register(HOUR));

      await(alice.send(BOB.impu(), "text/plain", "call me"));
      SipMessage message = next();
      assertThat(message.startLine()).isEqualTo("MESSAGE " + BOB.impu() + " SIP/2.0");
      assertThat(message.body()).isEqualTo("call me");
      assertThat(message.values("Via")).as("its way").anyMatch(via -> via.contains(SERVER));
      assertThat(message.value("P-Served-User").orElse(""))
          .contains(BOB.impu(), "sescase=term", "regstate=unreg");

      Call call = await(alice.call(BOB.impu(), OFFER));
      assertThat(call.answer()).isEqualTo(ANSWER);
      assertThat(call.recordRoutes()).noneMatch(route -> route.contains(SERVER));
      SipMessage invite = next();
      assertThat(invite.body()).isEqualTo(OFFER);
      assertThat(invite.values("Via")).as("its way").anyMatch(via -> via.contains(SERVER));
      await(call.end());
      assertThat(next().method()).isEqualTo("BYE");

      // without the mirror server the mailbox takes them all the same
      server.close();
      Story.await("a message is taken", Duration.ofSeconds(60), () -> isTaken(alice));
      assertThat(next().body()).isEqualTo("call me again");

      // and the S-CSCF that served him while he was off serves him when he is on
      await(bob.register(HOUR));
      await(alice.send(BOB.impu(), "text/plain", "there you are"));
      assertThat(atBob.poll(10, TimeUnit.SECONDS)).isEqualTo("there you are");
      assertThat(inMailbox).isEmpty();
    } finally {
      System.clearProperty(MirrorConfig.FILE_PROPERTY);
    }
  }

  /** Kamailio may forget him while it waits for the server, and then it refuses. */
  private static boolean isTaken(Ue sender) throws Exception {
    try {
      await(sender.send(BOB.impu(), "text/plain", "call me again"));
      return true;
    } catch (ExecutionException e) {
      assertThat(e).hasMessageContaining("480");
      return false;
    }
  }

  private void take(SipMessage request, InetSocketAddress from) {
    if (!request.method().equals("ACK")) {
      SipMessage response = request.response(200, "OK");
      for (String recorded : request.values("Record-Route")) {
        response = response.with("Record-Route", recorded);
      }
      if (request.method().equals("INVITE")) {
        response =
            response
                .with("Contact", "<sip:mailbox@" + mailbox.hostPort() + ">")
                .withBody("application/sdp", ANSWER);
      }
      mailbox.respond(request, response, from);
      // on a busy machine the S-CSCF may give the mirror server up too soon, and send it again
      if (seen.add(request.method() + request.value("Call-ID"))) {
        inMailbox.add(request);
      }
    }
  }

  private SipMessage next() throws InterruptedException {
    SipMessage came = inMailbox.poll(10, TimeUnit.SECONDS);
    assertThat(came).as("request at the mailbox").isNotNull();
    return came;
  }

  private static PhonePresence deaf() {
    return new PhonePresence() {
      @Override
      public void phoneOn(Impu subscriber) {}

      @Override
      public void phoneOff(Impu subscriber) {}
    };
  }

  /** The one that operators are told to paste. */
  private static FilterCriterion mirror() throws IOException {
    return CriterionDocument.parse(
        DeployGuide.filterCriterion()
            .replace("sip:mirror@192.0.2.5:5080", "sip:mirror@" + SERVER + ":5080"));
  }

  private static FilterCriterion mailboxCriterion() {
    Optional<SessionCase> off = Optional.of(SessionCase.TERMINATING_UNREGISTERED);
    return new FilterCriterion(
        20,
        List.of(new Trigger("MESSAGE", off), new Trigger("INVITE", off)),
        "sip:127.18.8.6:5070;lr",
        FilterCriterion.DefaultHandling.SESSION_TERMINATED,
        Optional.empty());
  }

  private static Subscriber subscriber(Ue.Identity identity, List<FilterCriterion> criteria) {
    return new Subscriber(
        identity.impi(), identity.password(), List.of(new Impu(identity.impu())), criteria);
  }
}
