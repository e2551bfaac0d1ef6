package org.phonemirror.testnet.ims;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.testnet.hss.HssConfig;
import org.phonemirror.testnet.hss.Subscriber;
import org.phonemirror.testnet.hss.Subscribers;
import org.phonemirror.testnet.hss.TestHss;
import org.phonemirror.testnet.relay.FreeDiameter;

/** Kamailio's Cx through a real freeDiameter: phones register, leave, and are made to leave. */
class RelayStoryTest {
  private static final InetSocketAddress HSS = new InetSocketAddress("127.9.6.4", 3868);
  private static final Impu ALICE = new Impu("sip:+15550001@ims.test");

  @TempDir Path directory;

  @Test
  @EnabledIf("bothAreInstalled")
  void aPhoneRegistersThroughTheRelay() throws Exception {
    Subscribers subscribers = new Subscribers();
    subscribers.put(
        Subscriber.mirrored("15550001@ims.test", "secret1", ALICE, "sip:nowhere@127.9.6.5:5080"));
    ImsPlan plan =
        new ImsPlan(
            "ims.test",
            "127.9.6.1",
            "127.9.6.2",
            "127.9.6.3",
            HSS,
            Optional.of(FreeDiameter.HOST),
            directory.resolve("ims"));
    HssConfig config = HssConfig.of("hss.ims.test", "ims.test", HSS);
    try (TestHss hss = TestHss.start(config, subscribers);
        FreeDiameter relay =
            FreeDiameter.start(
                directory.resolve("relay"),
                freePort(),
                "hss.ims.test",
                HSS,
                "ims.test",
                plan.diameterPeers());
        ImsCore core = ImsCore.start(plan);
        Ue alice =
            new Ue(
                new Ue.Identity(ALICE.uri(), "15550001@ims.test", "ims.test", "secret1"),
                new InetSocketAddress("127.9.6.10", 5061),
                core.plan().pcscf(),
                got -> {})) {
      get(alice.register(Duration.ofHours(1)));
      assertThat(hss.servingCscf(ALICE)).contains(plan.scscfUri());
      get(alice.deregister());
      assertThat(hss.servingCscf(ALICE)).isEmpty();

      // the operator ends a registration (RTR)
      get(alice.register(Duration.ofHours(1)));
      assertThat(get(hss.deregister(ALICE, "moved"))).isEqualTo(Result.SUCCESS);
      assertThat(hss.servingCscf(ALICE)).isEmpty();

      // and changes a profile: Kamailio leaves the PPR unanswered, and gets an RTR after it
      get(alice.register(Duration.ofHours(1)));
      Subscriber changed = subscribers.byImpu(ALICE).orElseThrow().withCriteria(List.of());
      assertThat(get(hss.change(changed))).isEqualTo(Result.SUCCESS);
      assertThat(hss.servingCscf(ALICE)).isEmpty();
      get(alice.register(Duration.ofHours(1)));
      assertThat(hss.servingCscf(ALICE)).contains(plan.scscfUri());
      assertThat(relay.logTail()).isNotEmpty();
    }
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  static boolean bothAreInstalled() {
    return ImsCore.isInstalled() && FreeDiameter.isInstalled();
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.9.6.6"))) {
      return socket.getLocalPort();
    }
  }
}
