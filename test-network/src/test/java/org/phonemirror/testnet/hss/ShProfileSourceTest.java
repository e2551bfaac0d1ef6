package org.phonemirror.testnet.hss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorCondition;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ProfileSource;
import org.phonemirror.core.subscriber.ProfileUnavailableException;
import org.phonemirror.hss.profile.StatusDocument;
import org.phonemirror.hss.sh.ShConfig;
import org.phonemirror.hss.sh.ShProfileSource;

/** The Sh adapter against the HSS over loopback. */
class ShProfileSourceTest {
  private static final Impu ALICE = new Impu("sip:+15550001@ims.test");
  private static final Impu BOB = new Impu("sip:+15550002@ims.test");
  private static final MirrorProfile SLOW = new MirrorProfile("model-1", Duration.ofSeconds(10));
  private static final MirrorProfile FAST = new MirrorProfile("model-1", Duration.ofSeconds(5));
  private static final Duration RECONNECT = Duration.ofSeconds(2);

  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final BlockingQueue<Change> changes = new LinkedBlockingQueue<>();
  private InetSocketAddress hssAddress;
  private Set<Thread> before;

  private record Change(Impu subscriber, Optional<MirrorProfile> profile) {}

  @BeforeEach
  void remember() throws IOException {
    hssAddress = Loopback.freeForHss();
    before = Thread.getAllStackTraces().keySet();
  }

  @AfterEach
  void stopAll() throws Exception {
    while (!running.isEmpty()) {
      running.pop().close();
    }
    Loopback.await("all threads end: " + threadsLeft(), () -> threadsLeft().isEmpty());
  }

  @Test
  void findsTheProfile() throws Exception {
    TestHss hss = startHss();
    hss.setProfile(ALICE, SLOW);
    assertThat(get(connected("as1").profile(ALICE))).contains(SLOW);
  }

  @Test
  void whoIsUnknownOrNotSubscribedHasNoMirror() throws Exception {
    startHss();
    ShProfileSource source = connected("as1");
    assertThat(get(source.profile(new Impu("sip:nobody@ims.test")))).isEmpty();
    assertThat(get(source.profile(BOB))).isEmpty();
    get(source.subscribe(BOB));
  }

  @Test
  void aChangeByAnotherServerIsTold() throws Exception {
    TestHss hss = startHss();
    hss.setProfile(ALICE, SLOW);
    ShProfileSource source = connected("as1");
    ShProfileSource provisioning = connected("as2");
    get(source.subscribe(ALICE));
    get(source.subscribe(ALICE));
    get(provisioning.update(ALICE, Optional.of(FAST)));
    assertThat(next()).isEqualTo(new Change(ALICE, Optional.of(FAST)));
    get(provisioning.update(ALICE, Optional.empty()));
    assertThat(next()).isEqualTo(new Change(ALICE, Optional.empty()));
    assertThat(get(source.profile(ALICE))).isEmpty();
    assertThat(changes).as("told once each").isEmpty();
  }

  @Test
  void aProfileThatIsMadeLaterIsWatchedOnceItIsRead() throws Exception {
    startHss();
    ShProfileSource source = connected("as1");
    ShProfileSource provisioning = connected("as2");
    get(source.subscribe(BOB));
    get(provisioning.update(BOB, Optional.of(SLOW)));
    assertThat(get(source.profile(BOB))).contains(SLOW);
    get(provisioning.update(BOB, Optional.of(FAST)));
    assertThat(next()).isEqualTo(new Change(BOB, Optional.of(FAST)));
    get(provisioning.update(BOB, Optional.empty()));
    assertThat(next()).isEqualTo(new Change(BOB, Optional.empty()));
  }

  @Test
  void anHssThatLetsAbsentDataBeWatchedTellsOfNewDataAtOnce() throws Exception {
    startHss().watchAbsentData(true);
    ShProfileSource source = connected("as1");
    ShProfileSource provisioning = connected("as2");
    get(source.subscribe(BOB));
    assertThat(get(source.profile(BOB))).isEmpty();
    for (MirrorProfile profile : List.of(SLOW, FAST)) {
      get(provisioning.update(BOB, Optional.of(profile)));
      assertThat(next()).isEqualTo(new Change(BOB, Optional.of(profile)));
      get(provisioning.update(BOB, Optional.empty()));
      assertThat(next()).isEqualTo(new Change(BOB, Optional.empty()));
    }
  }

  @Test
  void aProfileIsAddedChangedAndRemoved() throws Exception {
    startHss();
    ShProfileSource source = connected("as1");
    get(source.update(BOB, Optional.of(SLOW)));
    assertThat(get(source.profile(BOB))).contains(SLOW);
    get(source.update(BOB, Optional.of(FAST)));
    assertThat(get(source.profile(BOB))).contains(FAST);
    get(source.update(BOB, Optional.empty()));
    assertThat(get(source.profile(BOB))).isEmpty();
    get(source.update(BOB, Optional.of(SLOW)));
    assertThat(get(source.profile(BOB))).contains(SLOW);
  }

  @Test
  void aBadDocumentIsNamedWithItsLine() throws Exception {
    TestHss hss = startHss();
    hss.setServiceData(
        ALICE,
        ShConfig.SERVICE_INDICATION,
        "<mirror-profile xmlns=\"urn:phonemirror:profile:1\">\n<phone-model>m</phone-model>\n"
            + "<sync-interval>soon</sync-interval></mirror-profile>");
    assertUnavailable(connected("as1").profile(ALICE), "line 3: ");
  }

  @Test
  void withoutAnHssCallsFailAtOnceAndWorkOnceItIsThere() throws Exception {
    ShProfileSource source = start("as1", hssAddress);
    CompletionStage<Optional<MirrorProfile>> early = source.profile(ALICE);
    assertThat(early.toCompletableFuture()).isCompletedExceptionally();
    assertUnavailable(early, "no Diameter connection to hss.ims.test");
    startHss().setProfile(ALICE, SLOW);
    Loopback.await("connection", source::isConnected);
    assertThat(get(source.profile(ALICE))).contains(SLOW);
  }

  @Test
  void comesBackWhenTheHssIsRestartedAndTellsWhatChangedMeanwhile() throws Exception {
    TestHss first = startHss();
    first.setProfile(ALICE, SLOW);
    ShProfileSource source = connected("as1");
    get(source.subscribe(ALICE));
    first.close();
    Loopback.await("loss", () -> !source.isConnected());
    assertThat(source.profile(ALICE).toCompletableFuture()).isCompletedExceptionally();
    Subscribers subscribers = subscribers();
    TestHss second = startHss(subscribers, ALICE, FAST);
    assertThat(next()).isEqualTo(new Change(ALICE, Optional.of(FAST)));
    ShProfileSource provisioning = connected("as2");
    get(provisioning.update(ALICE, Optional.of(SLOW)));
    assertThat(next())
        .as("the subscription was renewed")
        .isEqualTo(new Change(ALICE, Optional.of(SLOW)));
    assertThat(second.subscribers()).isSameAs(subscribers);
  }

  @Test
  void anHssThatKeepsAFileKnowsDataNumbersAndWatchersAfterARestart(@TempDir Path directory)
      throws Exception {
    Path file = directory.resolve("hss.json");
    TestHss first = startHss(file, subscribers().all());
    ShProfileSource source = connected("as1");
    ShProfileSource provisioning = connected("as2");
    get(provisioning.update(ALICE, Optional.of(SLOW)));
    get(provisioning.update(ALICE, Optional.of(FAST)));
    get(source.subscribe(ALICE));
    first.close();
    Loopback.await("loss", () -> !source.isConnected() && !provisioning.isConnected());
    startHss(file, List.of());
    assertThat(next()).as("read again").isEqualTo(new Change(ALICE, Optional.of(FAST)));
    Loopback.await("connection", provisioning::isConnected);
    get(provisioning.update(ALICE, Optional.of(SLOW)));
    assertThat(next()).isEqualTo(new Change(ALICE, Optional.of(SLOW)));
    assertThat(Files.readString(file)).contains("\"number\" : 2");
  }

  @Test
  void howAMirrorIsIsWrittenIntoTheHss() throws Exception {
    TestHss hss = startHss();
    ShProfileSource source = connected("as1");
    MirrorCondition condition =
        new MirrorCondition(MirrorCondition.Phase.RUNNING, "model-1", Instant.EPOCH, "");
    source.conditions().tell(ALICE, Optional.of(condition));
    Loopback.await("written", () -> hss.serviceData(ALICE, "org.phonemirror.status").isPresent());
    assertThat(StatusDocument.parse(hss.serviceData(ALICE, "org.phonemirror.status").orElseThrow()))
        .isEqualTo(condition);
    source.conditions().tell(ALICE, Optional.empty());
    Loopback.await("removed", () -> hss.serviceData(ALICE, "org.phonemirror.status").isEmpty());
  }

  @Test
  void comesBackToAnHssThatDidNotWantToTalk() throws Exception {
    ShProfileSource source = start("as1", hssAddress);
    new GoodbyePeer().greetAndLeave(hssAddress);
    startHss().setProfile(ALICE, SLOW);
    Loopback.await("connection", source::isConnected);
    assertThat(get(source.profile(ALICE))).contains(SLOW);
  }

  @Test
  void comesBackAfterEachOfManyCuts() throws Exception {
    startHss().setProfile(ALICE, SLOW);
    try (TcpRelay network = new TcpRelay(Loopback.free(), hssAddress)) {
      ShProfileSource source = start("as1", network.address());
      for (int i = 0; i < 4; i++) {
        Loopback.await("connection " + i, source::isConnected);
        assertThat(get(source.profile(ALICE))).contains(SLOW);
        network.cut();
        Loopback.await("loss " + i, () -> !source.isConnected());
      }
    }
  }

  @Test
  void aHostThatTakesConnectionsAndIsSilentHoldsNothingUp() throws Exception {
    try (ServerSocket silent =
        new ServerSocket(
            hssAddress.getPort(), 50, InetAddress.getByName(hssAddress.getHostString()))) {
      ShProfileSource source = start("as1", hssAddress);
      silent.accept().close();
      silent.accept();
      silent.accept();
      silent.close();
      startHss().setProfile(ALICE, SLOW);
      Loopback.await("connection", source::isConnected);
      assertThat(get(source.profile(ALICE))).contains(SLOW);
    }
  }

  @Test
  void aPortThatIsTakenIsTriedAgainUntilItIsFree() throws Exception {
    startHss().setProfile(ALICE, SLOW);
    InetSocketAddress own = Loopback.free();
    ShConfig config =
        ShConfig.of("as1.mirror.test", "mirror.test", own, "hss.ims.test", hssAddress, "ims.test")
            .withTimeouts(Duration.ofSeconds(1), RECONNECT, Duration.ofSeconds(4));
    ShProfileSource source;
    try (ServerSocket taken =
        new ServerSocket(own.getPort(), 1, InetAddress.getByName(own.getHostString()))) {
      source = new ShProfileSource(config, (subscriber, profile) -> {});
      running.push(source);
      assertUnavailable(source.profile(ALICE), "no Diameter connection");
      Thread.sleep(RECONNECT.toMillis() / 4);
      assertThat(source.isConnected()).isFalse();
      assertThat(taken.isBound()).isTrue();
    }
    Loopback.await("connection", source::isConnected);
    assertThat(get(source.profile(ALICE))).contains(SLOW);
  }

  @Test
  void aPeerThatVanishedWithoutAWordIsNoticedAndFoundAgain() throws Exception {
    startHss().setProfile(ALICE, SLOW);
    try (TcpRelay network = new TcpRelay(Loopback.free(), hssAddress)) {
      ShProfileSource source = start("as1", network.address());
      Loopback.await("connection", source::isConnected);
      // half open: the adapter's side stands, and nobody answers its watchdog
      network.silence(true);
      Loopback.await("the watchdog ends the connection", () -> !source.isConnected());
      assertThat(source.profile(ALICE).toCompletableFuture()).isCompletedExceptionally();
      network.silence(false);
      Loopback.await("connection again, without anybody cutting the old one", source::isConnected);
      assertThat(get(source.profile(ALICE))).contains(SLOW);
    }
  }

  @Test
  void aRequestInASilentNetworkFailsAtItsDeadlineAndTheWatchdogEndsTheConnection()
      throws Exception {
    startHss().setProfile(ALICE, SLOW);
    try (TcpRelay network = new TcpRelay(Loopback.free(), hssAddress)) {
      ShProfileSource source = start("as1", network.address());
      Loopback.await("connection", source::isConnected);
      network.silence(true);
      assertUnavailable(source.profile(ALICE), "no answer from hss.ims.test within PT1S");
      Loopback.await("the watchdog ends the connection", () -> !source.isConnected());
      network.silence(false);
      network.cut();
      Loopback.await("connection again", source::isConnected);
      assertThat(get(source.profile(ALICE))).contains(SLOW);
    }
  }

  @Test
  void whatWaitsForAnAnswerFailsWhenItIsClosed() throws Exception {
    startHss();
    try (TcpRelay network = new TcpRelay(Loopback.free(), hssAddress)) {
      ShProfileSource source = start("as1", network.address());
      Loopback.await("connection", source::isConnected);
      network.silence(true);
      CompletionStage<Optional<MirrorProfile>> waiting = source.profile(ALICE);
      source.close();
      assertUnavailable(waiting, "org.phonemirror data of sip:+15550001@ims.test");
      assertUnavailable(source.profile(ALICE), "no Diameter connection");
    }
  }

  @Test
  void manyRequestsAtOnceAreAllAnswered() throws Exception {
    startHss().setProfile(ALICE, SLOW);
    ShProfileSource source = start("as1", hssAddress, Duration.ofSeconds(20));
    Loopback.await("connection", source::isConnected);
    List<CompletionStage<Optional<MirrorProfile>>> asked = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      asked.add(source.profile(i % 2 == 0 ? ALICE : BOB));
    }
    for (int i = 0; i < asked.size(); i++) {
      assertThat(get(asked.get(i))).isEqualTo(i % 2 == 0 ? Optional.of(SLOW) : Optional.empty());
    }
  }

  private TestHss startHss(Path file, List<Subscriber> subscribers) throws IOException {
    TestHss hss =
        TestHss.start(
            HssConfig.of("hss.ims.test", "ims.test", hssAddress),
            file,
            fresh -> subscribers.forEach(fresh.subscribers()::put));
    running.push(hss);
    return hss;
  }

  private TestHss startHss() throws IOException {
    TestHss hss =
        TestHss.start(HssConfig.of("hss.ims.test", "ims.test", hssAddress), subscribers());
    running.push(hss);
    return hss;
  }

  private TestHss startHss(Subscribers subscribers, Impu impu, MirrorProfile profile)
      throws IOException {
    TestHss hss =
        TestHss.start(
            HssConfig.of("hss.ims.test", "ims.test", hssAddress),
            subscribers,
            h -> h.setProfile(impu, profile));
    running.push(hss);
    return hss;
  }

  private static Subscribers subscribers() {
    Subscribers subscribers = new Subscribers();
    subscribers.put(
        Subscriber.mirrored("15550001@ims.test", "secret1", ALICE, "sip:127.9.0.5:5080"));
    subscribers.put(Subscriber.mirrored("15550002@ims.test", "secret2", BOB, "sip:127.9.0.5:5080"));
    return subscribers;
  }

  private ShProfileSource connected(String name) throws Exception {
    ShProfileSource source = start(name, hssAddress);
    Loopback.await("connection of " + name, source::isConnected);
    return source;
  }

  private ShProfileSource start(String name, InetSocketAddress hss) throws IOException {
    return start(name, hss, Duration.ofSeconds(1));
  }

  private ShProfileSource start(String name, InetSocketAddress hss, Duration requestTimeout)
      throws IOException {
    ProfileSource.Listener listener =
        (subscriber, profile) -> changes.add(new Change(subscriber, profile));
    ShConfig config =
        ShConfig.of(
                name + ".mirror.test",
                "mirror.test",
                Loopback.free(),
                "hss.ims.test",
                hss,
                "ims.test")
            .withTimeouts(requestTimeout, RECONNECT, Duration.ofSeconds(4));
    ShProfileSource source = new ShProfileSource(config, listener);
    running.push(source);
    return source;
  }

  private Change next() throws InterruptedException {
    Change change = changes.poll(30, TimeUnit.SECONDS);
    assertThat(change).as("a change is told").isNotNull();
    return change;
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static void assertUnavailable(CompletionStage<?> stage, String text) {
    assertThatThrownBy(() -> get(stage))
        .hasCauseExactlyInstanceOf(ProfileUnavailableException.class)
        .hasMessageContaining(text);
  }

  private Set<String> threadsLeft() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && !before.contains(thread))
        .map(Thread::getName)
        .filter(name -> !name.startsWith("Attach") && !name.startsWith("relay"))
        .collect(Collectors.toSet());
  }
}
