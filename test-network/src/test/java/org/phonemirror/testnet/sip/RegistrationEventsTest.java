package org.phonemirror.testnet.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.container.EmbeddedContainer;
import org.phonemirror.core.signalling.PhonePresence;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sip.config.MirrorConfig;

/** A server that starts asks the S-CSCF whether the phones of its mirrors are on (RFC 3680). */
@Timeout(60)
class RegistrationEventsTest {
  private static final String HOST = "127.18.5.5";
  private static final InetSocketAddress SERVER =
      new InetSocketAddress(HOST, SipAppServer.SIP_PORT);
  private static final InetSocketAddress SCSCF = new InetSocketAddress("127.18.5.3", 6060);
  private static final Impu PHONE = new Impu("sip:+15550001@ims.test");

  private static final String SCSCF_URI = "sip:127.18.5.3:6060";
  private static final String ACTIVE =
      "<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"0\""
          + " state=\"full\"><registration aor=\"sip:+15550001@ims.test\" id=\"a\" state=\"active\">"
          + "<contact id=\"c\" state=\"active\" event=\"registered\"><uri>sip:10.0.0.1</uri></contact>"
          + "</registration></reginfo>";

  @TempDir Path directory;
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private SipScenario scscf;
  private EmbeddedContainer container;

  @BeforeEach
  void listen() throws Exception {
    scscf = new SipScenario(SCSCF, SERVER);
  }

  private void start(String config, Function<Impu, CompletionStage<Optional<String>>> hss)
      throws Exception {
    container =
        SipAppServer.start(
            directory,
            HOST,
            Duration.ofMillis(500),
            (read, messenger) ->
                new FakePlane(
                    this::recorder, List.of(PHONE), Set.of(), (subscriber, content) -> {}, hss),
            config);
  }

  private void startWithConfiguredScscf() throws Exception {
    start(
        "sip.s-cscf = " + SCSCF_URI + "\n",
        subscriber -> CompletableFuture.failedFuture(new IllegalStateException("asked")));
  }

  @AfterEach
  void stop() throws Exception {
    if (container != null) {
      container.close();
    }
    scscf.close();
    System.clearProperty(MirrorConfig.FILE_PROPERTY);
  }

  private PhonePresence recorder() {
    return new PhonePresence() {
      @Override
      public void phoneOn(Impu subscriber) {
        heard.add("on " + subscriber);
      }

      @Override
      public void phoneOff(Impu subscriber) {
        heard.add("off " + subscriber);
      }
    };
  }

  @Test
  void theHssTellsTheServingCscfAsSoonAsItCan() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    start(
        "",
        subscriber ->
            asked.incrementAndGet() == 1
                ? CompletableFuture.failedFuture(new IllegalStateException("not connected yet"))
                : CompletableFuture.completedFuture(Optional.of(SCSCF_URI)));
    SipMessage subscribe = scscf.next();
    assertThat(subscribe.startLine()).isEqualTo("SUBSCRIBE " + PHONE + " SIP/2.0");
    assertThat(subscribe.value("Route")).contains("<sip:127.18.5.3:6060;lr>");
    accept(subscribe);
    notify(subscribe, 1, ACTIVE);
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("on " + PHONE);
  }

  @Test
  void whoeverHasNoServingCscfIsOff() throws Exception {
    start("", subscriber -> CompletableFuture.completedFuture(Optional.empty()));
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("off " + PHONE);
  }

  @Test
  void whoeverItsServingCscfDoesNotKnowIsOff() throws Exception {
    start("", subscriber -> CompletableFuture.completedFuture(Optional.of(SCSCF_URI)));
    scscf.next();
    scscf.respond("SIP/2.0 404 Not Registered");
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("off " + PHONE);
  }

  @Test
  void learnsWhoIsOn() throws Exception {
    startWithConfiguredScscf();
    SipMessage subscribe = scscf.next();
    assertThat(subscribe.startLine()).isEqualTo("SUBSCRIBE " + PHONE + " SIP/2.0");
    assertThat(subscribe.value("Event")).contains("reg");
    assertThat(subscribe.value("Accept")).contains("application/reginfo+xml");
    assertThat(subscribe.value("P-Asserted-Identity"))
        .contains("<sip:mirror@" + HOST + ":" + SipAppServer.SIP_PORT + ">");
    assertThat(subscribe.value("Route")).contains("<sip:127.18.5.3:6060;lr>");
    accept(subscribe);

    notify(subscribe, 1, ACTIVE);
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("on " + PHONE);

    notify(subscribe, 2, "<reginfo"); // malformed: nothing changes
    notify(
        subscribe,
        3,
        "<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"1\""
            + " state=\"partial\"><registration aor=\"sip:+15550001@ims.test\" id=\"a\""
            + " state=\"terminated\"/></reginfo>");
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("off " + PHONE);
    assertThat(heard).isEmpty();
  }

  @Test
  void refusalChangesNothing() throws Exception {
    startWithConfiguredScscf();
    scscf.next();
    // another S-CSCF than the configured one may know it
    scscf.respond("SIP/2.0 404 Not Found");
    scscf.play(SipAppServer.scenario("options", SERVER, SCSCF), heard);
    assertThat(heard).isEmpty();
  }

  private void accept(SipMessage subscribe) {
    scscf.respond(
        List.of(
            "SIP/2.0 200 OK",
            "To: " + subscribe.value("To").orElseThrow() + ";tag=scscf",
            "Contact: <sip:127.18.5.3:6060>",
            "Expires: 60"));
  }

  private void notify(SipMessage subscribe, int sequence, String body) throws Exception {
    String uri = subscribe.value("Contact").orElseThrow().replaceAll(".*<|>.*", "");
    scscf.play(
        String.join(
            "\n",
            "C: NOTIFY " + uri + " SIP/2.0",
            "C: From: <" + PHONE + ">;tag=scscf",
            "C: To: " + subscribe.value("From").orElseThrow(),
            "C: Call-ID: " + subscribe.value("Call-ID").orElseThrow(),
            "C: CSeq: " + sequence + " NOTIFY",
            "C: Max-Forwards: 70",
            "C: Event: reg",
            "C: Subscription-State: active;expires=60",
            "C: Contact: <sip:127.18.5.3:6060>",
            "C: Content-Type: application/reginfo+xml",
            "C:",
            "C: " + body,
            "",
            "S: SIP/2.0 200 OK"),
        heard);
  }
}
