package org.phonemirror.testnet.ims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.testnet.ims.TestPhones.await;
import static org.phonemirror.testnet.ims.TestPhones.identity;
import static org.phonemirror.testnet.ims.TestPhones.local;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.testnet.demo.Story;
import org.phonemirror.testnet.hss.HssConfig;
import org.phonemirror.testnet.hss.Subscriber;
import org.phonemirror.testnet.hss.Subscribers;
import org.phonemirror.testnet.hss.TestHss;
import org.phonemirror.testnet.sip.SipAppServer;
import org.phonemirror.testnet.sip.StandaloneServer;

/** The server is killed while messages and calls pass: with DefaultHandling 0 none is lost. */
@EnabledIfSystemProperty(named = StandaloneServer.DIRECTORY_PROPERTY, matches = ".+")
@EnabledIf("org.phonemirror.testnet.ims.ImsCore#isInstalled")
class KilledServerTest {
  private static final String SERVER = "127.18.7.5";
  private static final InetSocketAddress HSS = new InetSocketAddress("127.18.7.4", 3868);
  private static final Ue.Identity ALICE = identity("15550001");
  private static final Ue.Identity BOB = identity("15550002");
  private static final String OFFER = "v=0\r\ns=offer\r\n";
  private static final String ANSWER = "v=0\r\ns=answer\r\n";
  private static final int BEFORE = 5;
  private static final int UNDER_WAY = 10;
  private static final int CALLS = 5;

  /** Both legs of a call meet the dead server. */
  private static final Duration CALL_LIMIT = Duration.ofSeconds(2);

  @TempDir Path directory;
  private final BlockingQueue<String> atBob = new LinkedBlockingQueue<>();

  @Test
  @Timeout(180)
  void messagesAndCallsGoThrough() throws Exception {
    Subscribers subscribers = new Subscribers();
    subscribers.put(subscriber(ALICE));
    subscribers.put(subscriber(BOB));
    ImsPlan plan =
        new ImsPlan(
            "ims.test", "127.18.7.1", "127.18.7.2", "127.18.7.3", HSS, directory.resolve("ims"));
    Path config = SipAppServer.config(directory, SERVER);
    try (TestHss hss = TestHss.start(HssConfig.of("127.18.7.4", "ims.test", HSS), subscribers);
        ImsCore core = ImsCore.start(plan);
        StandaloneServer server = StandaloneServer.start(directory, SERVER, config);
        Ue alice = new Ue(ALICE, local("127.18.7.10"), plan.pcscf(), got -> {});
        Ue bob = new Ue(BOB, local("127.18.7.11"), plan.pcscf(), got -> atBob.add(got.body()))) {
      Story.await("server is well", Duration.ofSeconds(60), server::isWell);
      await(alice.register(Duration.ofHours(1)));
      await(bob.register(Duration.ofHours(1)));
      for (int i = 0; i < BEFORE; i++) {
        await(alice.send(BOB.impu(), "text/plain", "before " + i));
      }
      bob.takeCalls(ANSWER);
      call(alice);
      List<CompletableFuture<?>> underWay = new ArrayList<>();
      for (int i = 0; i < UNDER_WAY; i++) {
        if (i == UNDER_WAY / 2) {
          server.kill();
        }
        underWay.add(alice.send(BOB.impu(), "text/plain", "under way " + i).toCompletableFuture());
        underWay.add(alice.call(BOB.impu(), OFFER).toCompletableFuture());
      }
      for (CompletableFuture<?> one : underWay) {
        await(one);
      }
      List<Duration> times = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        times.add(call(alice));
      }
      times.sort(null);
      assertThat(times.get(CALLS / 2)).as("of %s", times).isLessThan(CALL_LIMIT);
      await(alice.send(BOB.impu(), "text/plain", "after"));
      assertThat(atBob)
          .contains("before 0", "under way 0", "under way " + (UNDER_WAY - 1), "after")
          .hasSizeGreaterThanOrEqualTo(BEFORE + UNDER_WAY + 1);
    }
  }

  /** How long it takes until it is taken. */
  private static Duration call(Ue caller) throws Exception {
    long start = System.nanoTime();
    Call call = await(caller.call(BOB.impu(), OFFER));
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    assertThat(call.answer()).isEqualTo(ANSWER);
    await(call.end());
    return time;
  }

  private static Subscriber subscriber(Ue.Identity identity) {
    return Subscriber.mirrored(
        identity.impi(),
        identity.password(),
        new Impu(identity.impu()),
        "sip:" + SERVER + ":" + SipAppServer.SIP_PORT + ";lr");
  }
}
