package org.phonemirror.testnet.hss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jdiameter.api.Answer;
import org.jdiameter.api.AvpSet;
import org.jdiameter.api.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Answers;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.testnet.relay.FreeDiameter;

/** What the HSS asks of an S-CSCF that it reaches through a real freeDiameter only: PPR and RTR. */
@EnabledIf("org.phonemirror.testnet.relay.FreeDiameter#isInstalled")
class CxRelayTest {
  private static final String HOST = "scscf.ims.test";
  private static final String SCSCF = "sip:scscf.ims.test:6060";
  private static final String IMPI = "15550001@ims.test";
  private static final Impu ALICE = new Impu("sip:+15550001@ims.test");
  private static final int REGISTRATION = 1;

  @TempDir Path directory;
  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  private volatile boolean takesPush = true;
  private InetSocketAddress hssAddress;
  private TestHss hss;
  private FreeDiameter relay;
  private DiameterClient cscf;

  private record Asked(int command, AvpSet avps) {}

  @BeforeEach
  void start() throws Exception {
    hssAddress = Loopback.freeForHss();
    InetSocketAddress relayAddress = Loopback.free();
    hss = startHss();
    relay =
        FreeDiameter.start(
            directory.resolve("relay"),
            relayAddress.getPort(),
            "hss.ims.test",
            hssAddress,
            "ims.test",
            Map.of());
    cscf = new DiameterClient(HOST, FreeDiameter.HOST, relayAddress, this::answer);
    register();
  }

  private TestHss startHss() throws Exception {
    return TestHss.start(
        HssConfig.of("hss.ims.test", "ims.test", hssAddress),
        directory.resolve("hss.json"),
        fresh ->
            fresh
                .subscribers()
                .put(Subscriber.mirrored(IMPI, "secret1", ALICE, "sip:mirror.ims.test")));
  }

  @AfterEach
  void stop() {
    if (cscf != null) {
      cscf.close();
    }
    if (relay != null) {
      relay.close();
    }
    if (hss != null) {
      hss.close();
    }
  }

  private Answer answer(Request request) {
    asked.add(new Asked(request.getCommandCode(), request.getAvps()));
    Answer answer = request.createAnswer();
    boolean refused = request.getCommandCode() == Cx.PPR && !takesPush;
    Answers.complete(answer, HOST, "ims.test", refused ? new Result(5012, false) : Result.SUCCESS);
    return answer;
  }

  @Test
  void aChangedProfileIsPushedThroughTheRelay() throws Exception {
    change("sip:changed.ims.test");
    Asked push = asked.remove();
    assertThat(push.command()).isEqualTo(Cx.PPR);
    assertThat(Avps.text(push.avps(), Cx.USER_NAME, Avps.BASE)).contains(IMPI);
    assertThat(Avps.text(push.avps(), Cx.USER_DATA, Avps.VENDOR_3GPP).orElseThrow())
        .contains("<ServerName>sip:changed.ims.test</ServerName>");
    assertThat(hss.servingCscf(ALICE)).as("still registered").contains(SCSCF);
    assertThat(asked).isEmpty();
  }

  @Test
  void whereItIsRefusedTheRegistrationEndsThroughTheRelay() throws Exception {
    takesPush = false;
    change("sip:changed.ims.test");
    assertThat(asked.remove().command()).isEqualTo(Cx.PPR);
    Asked termination = asked.remove();
    assertThat(termination.command()).isEqualTo(Cx.RTR);
    assertThat(Avps.text(termination.avps(), Cx.PUBLIC_IDENTITY, Avps.VENDOR_3GPP))
        .contains(ALICE.uri());
    assertThat(hss.servingCscf(ALICE)).isEmpty();
  }

  @Test
  void theOperatorEndsARegistrationThroughTheRelayAndHearsWhenItIsGone() throws Exception {
    assertThat(get(hss.deregister(ALICE, "moved"))).isEqualTo(Result.SUCCESS);
    assertThat(asked.remove().command()).isEqualTo(Cx.RTR);
    assertThat(hss.servingCscf(ALICE)).isEmpty();

    register();
    relay.close();
    assertThatThrownBy(() -> get(hss.deregister(ALICE, "moved")))
        .hasMessageContaining(FreeDiameter.HOST + " is not connected");
    assertThat(hss.servingCscf(ALICE)).as("not told, so still registered").contains(SCSCF);
  }

  @Test
  void anHssThatIsStartedAnewKnowsTheWayToTheCscfStill() throws Exception {
    hss.close();
    hss = startHss();
    assertThat(hss.servingCscf(ALICE)).contains(SCSCF);
    Loopback.await("the relay is back", () -> isTold(hss));
    assertThat(asked.remove().command()).isEqualTo(Cx.RTR);
    assertThat(hss.servingCscf(ALICE)).isEmpty();
  }

  private static boolean isTold(TestHss hss) {
    return hss.deregister(ALICE, "moved")
        .handle((result, failure) -> failure == null && result.equals(Result.SUCCESS))
        .toCompletableFuture()
        .join();
  }

  private void change(String mirrorServer) throws Exception {
    Subscriber subscriber = hss.subscribers().byImpi(IMPI).orElseThrow();
    List<FilterCriterion> criteria = List.of(FilterCriterion.mirror(mirrorServer));
    assertThat(get(hss.change(subscriber.withCriteria(criteria)))).isEqualTo(Result.SUCCESS);
  }

  /** The relay takes its time to connect to the HSS, and answers 3002 until then. */
  private void register() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    Result result = assignment();
    while (result.equals(new Result(3002, false)) && System.nanoTime() < deadline) {
      Thread.sleep(100);
      result = assignment();
    }
    assertThat(result).isEqualTo(Result.SUCCESS);
    assertThat(hss.servingCscf(ALICE)).contains(SCSCF);
  }

  private Result assignment() throws Exception {
    return Result.of(
        cscf.ask(
            Cx.APPLICATION,
            Cx.SAR,
            avps -> {
              Avps.add(avps, Cx.USER_NAME, Avps.BASE, IMPI);
              Avps.add(avps, Cx.PUBLIC_IDENTITY, Avps.VENDOR_3GPP, ALICE.uri());
              Avps.add(avps, Cx.SERVER_NAME, Avps.VENDOR_3GPP, SCSCF);
              Avps.add(avps, Cx.SERVER_ASSIGNMENT_TYPE, Avps.VENDOR_3GPP, REGISTRATION);
              Avps.add(avps, Cx.USER_DATA_ALREADY_AVAILABLE, Avps.VENDOR_3GPP, 0);
            }));
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
