package org.phonemirror.testnet.hss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jdiameter.api.Avp;
import org.jdiameter.api.AvpSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.sh.ShConfig;
import org.phonemirror.hss.sh.ShProfileSource;
import org.phonemirror.testnet.s6d.S6d;
import org.phonemirror.testnet.s6d.SubscriptionData;
import org.phonemirror.testnet.sgsn.Sgsn;

/** A phone in the packet domain: what the SGSN holds follows the mirror profile. */
class SgsnTest {
  private static final String IMSI = "001010000000001";
  private static final Impu ALICE = new Impu("sip:+15550001@ims.test");
  private static final MirrorProfile PROFILE =
      new MirrorProfile("reference", Duration.ofSeconds(10));

  @TempDir Path directory;
  private InetSocketAddress address;
  private TestHss hss;
  private Sgsn sgsn;

  @BeforeEach
  void start() throws Exception {
    address = Loopback.freeForHss();
    hss = startHss();
    sgsn = startSgsn("sgsn1.ims.test");
  }

  @AfterEach
  void stop() {
    sgsn.close();
    hss.close();
  }

  @Test
  void aChangedMirrorProfileReachesTheSgsn() throws Exception {
    SubscriptionData data = get(sgsn.attach(IMSI));
    assertThat(data.msisdn()).contains("15550001");
    assertThat(data.contexts())
        .containsExactly(
            new SubscriptionData.PdpContext(1, "internet"),
            new SubscriptionData.PdpContext(2, "mms"));
    assertThat(data.isMirrored()).isFalse();
    hss.setProfile(ALICE, PROFILE);
    Loopback.await("insertion", this::isMirrored);
    try (ShProfileSource provisioning = provisioning()) {
      get(provisioning.update(ALICE, Optional.empty()));
      Loopback.await("the mirror's access point goes", () -> !isMirrored());
      get(provisioning.update(ALICE, Optional.of(PROFILE)));
      Loopback.await("and comes back", this::isMirrored);
    }
  }

  @Test
  void aPhoneThatMovesIsCancelledWhereItWas() throws Exception {
    hss.setProfile(ALICE, PROFILE);
    get(sgsn.attach(IMSI));
    try (Sgsn other = startSgsn("sgsn2.ims.test")) {
      assertThat(get(other.attach(IMSI)).isMirrored()).isTrue();
      Loopback.await("cancellation", () -> sgsn.subscription(IMSI).isEmpty());
      assertThat(other.subscription(IMSI)).isPresent();
    }
  }

  @Test
  void anHssThatWasRestartedKnowsWhereThePhoneIs() throws Exception {
    get(sgsn.attach(IMSI));
    hss.close();
    Loopback.await("loss", () -> !sgsn.isConnected());
    hss = startHss();
    Loopback.await("connection", sgsn::isConnected);
    hss.setProfile(ALICE, PROFILE);
    Loopback.await("insertion", this::isMirrored);
  }

  @Test
  void whoIsUnknownMayNotAttachAndBadRequestsAreNamed() throws Exception {
    assertThatThrownBy(() -> get(sgsn.attach("001019999999999")))
        .hasMessageContaining("5001 (user unknown)");
    try (DiameterClient client = new DiameterClient("sgsn3.ims.test", address)) {
      AvpSet answer =
          client.ask(
              S6d.APPLICATION, S6d.ULR, avps -> Avps.add(avps, Avp.USER_NAME, Avps.BASE, IMSI));
      assertThat(Result.of(answer)).isEqualTo(new Result(5005, false));
      AvpSet failed = Avps.group(answer, Avp.FAILED_AVP, Avps.BASE).orElseThrow();
      assertThat(Avps.find(failed, S6d.RAT_TYPE, Avps.VENDOR_3GPP)).isPresent();
    }
  }

  private boolean isMirrored() {
    return sgsn.subscription(IMSI).filter(SubscriptionData::isMirrored).isPresent();
  }

  private TestHss startHss() throws Exception {
    return TestHss.start(
        HssConfig.of("hss.ims.test", "ims.test", address),
        directory.resolve("hss.json"),
        fresh ->
            fresh
                .subscribers()
                .put(
                    Subscriber.mirrored("15550001@ims.test", "secret1", ALICE, "sip:127.9.0.5")
                        .withMsisdns("15550001")
                        .withImsi(IMSI)));
  }

  private Sgsn startSgsn(String host) throws Exception {
    Sgsn started = new Sgsn(host, "ims.test", Loopback.free(), "hss.ims.test", address);
    Loopback.await("connection of " + host, started::isConnected);
    return started;
  }

  private ShProfileSource provisioning() throws Exception {
    ShProfileSource source =
        new ShProfileSource(
            ShConfig.of(
                "as.mirror.test",
                "mirror.test",
                Loopback.free(),
                "hss.ims.test",
                address,
                "ims.test"),
            (subscriber, profile) -> {});
    Loopback.await("connection", source::isConnected);
    return source;
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
