package org.phonemirror.testnet.hss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.hss.diameter.Tls;
import org.phonemirror.hss.provision.Main;
import org.phonemirror.hss.sh.ShConfig;
import org.phonemirror.hss.sh.ShProfileSource;

/** Sh over TLS: what comes through, and who is refused. */
class TlsTest {
  private static final Impu ALICE = new Impu("sip:+15550001@ims.test");
  private static final MirrorProfile SLOW = new MirrorProfile("model-1", Duration.ofSeconds(10));
  private static final MirrorProfile FAST = new MirrorProfile("model-1", Duration.ofSeconds(5));
  private static final String HSS = "hss.ims.test";
  private static final String AS = "as1.mirror.test";

  @TempDir static Path directory;
  private static Authority operator;
  private static Authority stranger;
  private static Tls hssKeys;
  private static Tls asKeys;

  private final BlockingQueue<Optional<MirrorProfile>> changes = new LinkedBlockingQueue<>();
  private InetSocketAddress hssAddress;
  private TestHss hss;

  @BeforeAll
  static void makeKeys() throws Exception {
    operator = Authority.make(directory, "operator");
    stranger = Authority.make(directory, "stranger");
    hssKeys = operator.issue(HSS);
    asKeys = operator.issue(AS);
  }

  @BeforeEach
  void start() throws IOException {
    hssAddress = Loopback.freeForHss();
    Subscribers subscribers = new Subscribers();
    subscribers.put(
        Subscriber.mirrored("15550001@ims.test", "secret1", ALICE, "sip:127.9.0.5:5080"));
    hss =
        TestHss.start(
            HssConfig.of(HSS, "ims.test", hssAddress).withTls(hssKeys),
            subscribers,
            h -> h.setProfile(ALICE, SLOW));
  }

  @AfterEach
  void stop() {
    hss.close();
  }

  @Test
  void aProfileIsReadChangedAndToldAlsoAfterTheHssWasRestarted() throws Exception {
    try (ShProfileSource source = source(AS, asKeys);
        ShProfileSource other = source("as2.mirror.test", operator.issue("as2.mirror.test"))) {
      Loopback.await("connections", () -> source.isConnected() && other.isConnected());
      assertThat(get(source.profile(ALICE))).contains(SLOW);
      get(source.subscribe(ALICE));
      get(other.update(ALICE, Optional.of(FAST)));
      assertThat(changes.poll(20, TimeUnit.SECONDS)).contains(FAST);
      hss.stop();
      Loopback.await("loss", () -> !source.isConnected());
      // why is known when it has tried again
      Loopback.await("reason", () -> whyNoProfile(source).contains("no TLS with"));
      hss.restart();
      Loopback.await("connection", source::isConnected);
      assertThat(get(source.profile(ALICE))).contains(FAST);
    }
  }

  /** With TLS from the first octet on there is no time between connection and handshake. */
  @Test
  void aRequestIsRefusedBeforeTheHandshakeAndAnsweredFromItOn() throws Exception {
    try (ShProfileSource source = source(AS, asKeys)) {
      int refused = 0;
      Optional<MirrorProfile> answer = Optional.empty();
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (answer.isEmpty() && System.nanoTime() < deadline) {
        try {
          answer = get(source.profile(ALICE));
        } catch (ExecutionException e) {
          assertThat(e).hasMessageContaining("not asked: no Diameter connection");
          refused++;
          Thread.sleep(1);
        }
      }
      assertThat(answer).contains(SLOW);
      assertThat(refused).isPositive();
    }
  }

  @Test
  void anHssOfAnUnknownAuthorityIsRefused() throws Exception {
    assertRefused(operator.issue(AS, stranger), "unable to find valid certification path");
  }

  @Test
  void aServerOfAnUnknownAuthorityIsRefusedByTheHss() throws Exception {
    // with TLS 1.3 the server hears of it only after its own side of the handshake
    try (ShProfileSource source = source(AS, stranger.issue(AS, operator))) {
      assertNeverConnected(source);
    }
  }

  @Test
  void anHssWithAnotherNamesCertificateIsRefused() throws Exception {
    hss.close();
    hss =
        TestHss.start(
            HssConfig.of(HSS, "ims.test", hssAddress).withTls(operator.issue("pcrf.ims.test")),
            new Subscribers());
    assertRefused(asKeys, "No subject alternative DNS name matching " + HSS + " found");
  }

  @Test
  void whoSpeaksInTheClearIsNotLetIn() throws Exception {
    try (ShProfileSource source = new ShProfileSource(config(AS), (user, profile) -> {})) {
      assertNeverConnected(source);
    }
  }

  @Test
  void keysThatCannotBeUsedAreNamed() throws Exception {
    Path none = directory.resolve("none.p12");
    assertThatThrownBy(() -> new Tls(none, "x", none, "x").context())
        .hasMessageContaining("key store " + none + " cannot be read");
    assertThatThrownBy(
            () -> new Tls(asKeys.keyStore(), "wrong", asKeys.trustStore(), "x").context())
        .hasMessageContaining("key store " + asKeys.keyStore())
        .hasMessageContaining("password");
    Path text = Files.writeString(directory.resolve("text"), "no keys");
    assertThatThrownBy(() -> new Tls(asKeys.keyStore(), Authority.PASSWORD, text, "x").context())
        .hasMessageContaining("trust store " + text);
    assertThatThrownBy(
            () ->
                new Tls(
                        asKeys.trustStore(),
                        Authority.PASSWORD,
                        asKeys.trustStore(),
                        Authority.PASSWORD)
                    .context())
        .hasMessageContaining("holds no private key");
  }

  @Test
  void peopleProvisionOverTls() throws Exception {
    String where = HSS + "@" + hssAddress.getHostString() + ":" + hssAddress.getPort();
    Path password = Files.writeString(directory.resolve("password"), Authority.PASSWORD + "\n");
    String[] args = {
      "show",
      ALICE.uri(),
      "--hss",
      where,
      "--realm",
      "ims.test",
      "--own",
      AS,
      "--key-store",
      asKeys.keyStore().toString(),
      "--trust-store",
      asKeys.trustStore().toString(),
      "--password-file",
      password.toString()
    };
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    assertThat(Main.run(print, print, args)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("model-1");
  }

  private void assertRefused(Tls keys, String why) throws Exception {
    try (ShProfileSource source = source(AS, keys)) {
      Loopback.await("refusal: " + why, () -> told(source).contains(why));
      assertThat(source.isConnected()).isFalse();
    }
  }

  private static String told(ShProfileSource source) {
    CompletionStage<Optional<MirrorProfile>> answer = source.profile(ALICE);
    try {
      return get(answer).toString();
    } catch (Exception e) {
      return e.getMessage();
    }
  }

  private static void assertNeverConnected(ShProfileSource source) throws Exception {
    for (int i = 0; i < 30; i++) {
      assertThatThrownBy(() -> get(source.profile(ALICE)))
          .hasMessageContaining("no Diameter connection");
      Thread.sleep(100);
    }
  }

  private ShProfileSource source(String host, Tls keys) throws IOException {
    return new ShProfileSource(
        config(host).withTls(keys), (subscriber, profile) -> changes.add(profile));
  }

  private ShConfig config(String host) throws IOException {
    return ShConfig.of(host, "mirror.test", Loopback.free(), HSS, hssAddress, "ims.test")
        .withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(4), Duration.ofSeconds(4));
  }

  private static String whyNoProfile(ShProfileSource source) {
    Throwable failure = catchThrowable(() -> get(source.profile(ALICE)));
    return failure == null ? "" : failure.toString();
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
