package org.phonemirror.testnet.ims;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.testnet.hss.HssConfig;
import org.phonemirror.testnet.hss.Subscriber;
import org.phonemirror.testnet.hss.Subscribers;
import org.phonemirror.testnet.hss.TestHss;
import org.phonemirror.testnet.relay.FreeDiameter;

/** Kamailio's Cx through a real freeDiameter: a phone registers and leaves. */
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
      alice.register(Duration.ofHours(1)).toCompletableFuture().get(20, TimeUnit.SECONDS);
      assertThat(hss.servingCscf(ALICE)).contains(plan.scscfUri());
      alice.deregister().toCompletableFuture().get(20, TimeUnit.SECONDS);
      assertThat(hss.servingCscf(ALICE)).isEmpty();
      assertThat(relay.logTail()).isNotEmpty();
    }
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
