package org.phonemirror.testnet.hss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.hss.diameter.Tls;
import org.phonemirror.hss.provision.Main;
import org.phonemirror.hss.sh.ShConfig;
import org.phonemirror.hss.sh.ShProfileSource;
import org.phonemirror.testnet.relay.FreeDiameter;

/** Sh through a real freeDiameter: pull, update and notification, and a relay that is restarted. */
@EnabledIf("org.phonemirror.testnet.relay.FreeDiameter#isInstalled")
class RelayTest {
  private static final Impu ALICE = new Impu("sip:+15550001@ims.test");
  private static final MirrorProfile SLOW = new MirrorProfile("model-1", Duration.ofSeconds(10));
  private static final MirrorProfile FAST = new MirrorProfile("model-1", Duration.ofSeconds(5));

  @TempDir Path directory;
  private final BlockingQueue<Optional<MirrorProfile>> changes = new LinkedBlockingQueue<>();
  private InetSocketAddress hssAddress;
  private InetSocketAddress relayAddress;
  private TestHss hss;
  private FreeDiameter relay;

  @BeforeEach
  void start() throws Exception {
    hssAddress = Loopback.freeForHss();
    relayAddress = Loopback.free();
    Subscribers subscribers = new Subscribers();
    subscribers.put(
        Subscriber.mirrored("15550001@ims.test", "secret1", ALICE, "sip:127.9.0.5:5080"));
    hss = TestHss.start(HssConfig.of("hss.ims.test", "ims.test", hssAddress), subscribers);
    relay = startRelay();
  }

  @AfterEach
  void stop() {
    relay.close();
    hss.close();
  }

  @Test
  void aProfileIsReadChangedAndToldThroughTheRelayAlsoAfterItsRestart() throws Exception {
    try (ShProfileSource source = source("as1");
        ShProfileSource provisioning = source("as2")) {
      awaitAnswers(source);
      awaitAnswers(provisioning);
      get(provisioning.update(ALICE, Optional.of(SLOW)));
      get(source.subscribe(ALICE));
      assertThat(get(source.profile(ALICE))).contains(SLOW);
      get(provisioning.update(ALICE, Optional.of(FAST)));
      assertThat(changes.poll(20, TimeUnit.SECONDS)).contains(FAST);
      changes.clear();

      relay.close();
      Loopback.await("loss", () -> !source.isConnected() && !provisioning.isConnected());
      assertThatThrownBy(() -> get(source.profile(ALICE))).hasMessageContaining("no Diameter");
      relay = startRelay();
      awaitAnswers(source);
      awaitAnswers(provisioning);
      changes.clear();
      get(provisioning.update(ALICE, Optional.of(SLOW)));
      assertThat(changes.poll(20, TimeUnit.SECONDS)).contains(SLOW);
    }
  }

  @Test
  void theRelayIsReachedOverTls() throws Exception {
    relay.close();
    Authority operator = Authority.make(directory, "operator");
    Tls keys = operator.issue(FreeDiameter.HOST);
    InetSocketAddress secure = Loopback.free();
    relay =
        FreeDiameter.start(
            directory.resolve("relay"),
            relayAddress.getPort(),
            new FreeDiameter.Secured(
                secure.getPort(),
                Authority.pem(keys, "-nokeys", "-clcerts"),
                Authority.pem(keys, "-nocerts"),
                operator.certificate()),
            "hss.ims.test",
            hssAddress,
            "ims.test",
            Map.of());
    String host = "as1.mirror.test";
    ShConfig config = config(host, secure).withTls(operator.issue(host));
    try (ShProfileSource source = source(config);
        ShProfileSource provisioning = source(config("as2.mirror.test", relayAddress))) {
      awaitAnswers(source);
      awaitAnswers(provisioning);
      get(provisioning.update(ALICE, Optional.of(SLOW)));
      get(source.subscribe(ALICE));
      get(provisioning.update(ALICE, Optional.of(FAST)));
      assertThat(changes.poll(20, TimeUnit.SECONDS)).contains(FAST);
      assertThat(get(source.profile(ALICE))).contains(FAST);
    }
  }

  @Test
  void peopleProvisionThroughTheRelayAndHearWhenTheHssIsGone() throws Exception {
    awaitShown();
    assertThat(provision("add", "--model", "m", "--interval", "PT10S")).contains("added");
    hss.close();
    assertThat(provision("show"))
        .contains("3002 (unable to deliver)")
        .contains("the relay cannot reach the HSS");
  }

  private void awaitShown() throws Exception {
    for (int i = 0; i < 20 && !provision("show").contains("profile     none"); i++) {
      Thread.sleep(200);
    }
  }

  private String provision(String command, String... more) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    String[] args =
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of(
                    command,
                    ALICE.uri(),
                    "--hss",
                    "hss.ims.test",
                    "--realm",
                    "ims.test",
                    "--own-realm",
                    "mirror.test",
                    "--via",
                    FreeDiameter.HOST
                        + "@"
                        + relayAddress.getHostString()
                        + ":"
                        + relayAddress.getPort()),
                java.util.stream.Stream.of(more))
            .toArray(String[]::new);
    Main.run(print, print, args);
    return out.toString(StandardCharsets.UTF_8);
  }

  private FreeDiameter startRelay() throws Exception {
    return FreeDiameter.start(
        directory.resolve("relay"),
        relayAddress.getPort(),
        "hss.ims.test",
        hssAddress,
        "ims.test",
        Map.of());
  }

  /** The relay takes its time to connect to the HSS, and answers 3002 until then. */
  private static void awaitAnswers(ShProfileSource source) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try {
        get(source.profile(ALICE));
        return;
      } catch (java.util.concurrent.ExecutionException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(100);
      }
    }
  }

  private ShProfileSource source(String name) throws Exception {
    return source(config(name + ".mirror.test", relayAddress));
  }

  private ShProfileSource source(ShConfig config) throws Exception {
    return new ShProfileSource(config, (subscriber, profile) -> changes.add(profile));
  }

  private ShConfig config(String host, InetSocketAddress via) throws Exception {
    return ShConfig.of(host, "mirror.test", Loopback.free(), "hss.ims.test", hssAddress, "ims.test")
        .via(FreeDiameter.HOST, via)
        .withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(4), Duration.ofSeconds(4));
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
