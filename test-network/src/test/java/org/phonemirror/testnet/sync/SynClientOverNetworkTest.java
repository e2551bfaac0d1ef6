package org.phonemirror.testnet.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.client.PhoneClock;
import org.phonemirror.client.RetryPolicy;
import org.phonemirror.client.SynClient;
import org.phonemirror.client.SynClientConfig;
import org.phonemirror.client.SynClientListener;
import org.phonemirror.client.channel.CoapChannel;
import org.phonemirror.client.channel.CoapTiming;
import org.phonemirror.client.queue.MessageQueue;
import org.phonemirror.client.queue.QueueLimits;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.sync.KeyRing;
import org.phonemirror.core.sync.MessageSink;
import org.phonemirror.core.sync.SyncServer;
import org.phonemirror.core.sync.SyncServerConfig;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.SyncMessage;
import org.phonemirror.sync.SyncSettings;
import org.phonemirror.testnet.bench.UdpForwarder;

/** The whole client against the real server while servers, addresses and processes come and go. */
@Timeout(120)
class SynClientOverNetworkTest {
  private static final Impu ALICE = new Impu("sip:alice@ims.test");
  private static final CoapTiming QUICK =
      new CoapTiming(Duration.ofMillis(200), 1, Duration.ofSeconds(10));

  @TempDir Path directory;
  private final byte[] key = new byte[16];
  private final KeyRing keys = new KeyRing();
  private final RecordingSink sink = new RecordingSink();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private int nextValue;

  @BeforeEach
  void prepare() throws IOException {
    keys.put("alice-1", ALICE, key);
    Files.createDirectories(directory.resolve("data"));
  }

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private SyncServer server(InetSocketAddress at, MessageSink to) throws IOException {
    SyncServer server = SyncServer.start(SyncServerConfig.at(at), keys, to, Clock.systemUTC());
    open.add(server);
    return server;
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress("127.19.3.1", 0);
  }

  private SynClient client() throws IOException {
    SynClientConfig config =
        new SynClientConfig(
            "m",
            directory.resolve("data"),
            directory.resolve("rejected"),
            Duration.ofMillis(200),
            Duration.ofMillis(20),
            new RetryPolicy(Duration.ofMillis(50), Duration.ofMillis(200)));
    SynClient client =
        new SynClient(
            config,
            PhoneClock.system(),
            MessageQueue.open(directory.resolve("state"), QueueLimits.DEFAULT),
            settings -> new CoapChannel(settings, QUICK),
            new SynClientListener() {
              @Override
              public void notices(List<Notice> notices) {}

              @Override
              public void warning(String text) {
                warnings.add(text);
              }
            });
    open.add(client);
    return client;
  }

  private SyncSettings settings(InetSocketAddress server, Duration interval) {
    URI uri = URI.create("coaps://" + server.getHostString() + ":" + server.getPort());
    return new SyncSettings(uri, "alice-1", key, interval);
  }

  private static long now() {
    return PhoneClock.system().wallMicros();
  }

  private void type(SynClient client, int events) {
    for (int i = 0; i < events; i++) {
      client.input().report(List.of(new InputEvent(now(), 0, InputEvent.EV_ABS, 0, nextValue++)));
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  private void assertNothingLost() {
    assertThat(warnings).isEmpty();
    assertThat(sink.eventValues()).isEqualTo(IntStream.range(0, nextValue).boxed().toList());
  }

  @Test
  void nothingIsLostWhileTheServerIsDown() throws Exception {
    SyncServer first = server(anyPort(), sink);
    SynClient client = client();
    client.settings(settings(first.address(), Duration.ofSeconds(1)));
    client.interval(Duration.ofMillis(200));
    client.sessionStarted(now());
    type(client, 5);
    await(() -> sink.eventValues().size() == 5);
    first.close();
    for (int i = 0; i < 3; i++) {
      type(client, 5);
      Thread.sleep(250);
    }
    server(first.address(), sink);
    await(() -> sink.eventValues().size() == 20);
    assertThat(client.shutdown(now()).get(30, TimeUnit.SECONDS)).isTrue();
    assertNothingLost();
  }

  @Test
  void nothingIsLostWhileTheNatChangesPorts() throws Exception {
    SyncServer server = server(anyPort(), sink);
    UdpForwarder nat = UdpForwarder.start(new InetSocketAddress("127.19.3.2", 0), server.address());
    open.add(nat);
    SynClient client = client();
    client.settings(settings(nat.address(), Duration.ofSeconds(1)));
    client.interval(Duration.ofMillis(100));
    client.sessionStarted(now());
    for (int i = 0; i < 10; i++) {
      type(client, 7);
      nat.rebind();
      Thread.sleep(100);
    }
    assertThat(client.shutdown(now()).get(30, TimeUnit.SECONDS)).isTrue();
    assertNothingLost();
    assertThat(server.stats().handshakes()).isEqualTo(1);
  }

  @Test
  void newSettingsTakeOverWhileAMessageIsOnItsWay() throws Exception {
    List<SyncMessage> stuck = new ArrayList<>();
    SyncServer silent =
        server(
            anyPort(),
            (subscriber, message, encoded) -> {
              synchronized (stuck) {
                stuck.add(message);
              }
              CompletionStage<Acknowledgement> never = new CompletableFuture<>();
              return never;
            });
    SynClient client = client();
    client.settings(settings(silent.address(), Duration.ofSeconds(30)));
    client.sessionStarted(now());
    type(client, 3);
    await(() -> silent.stats().inFlight() == 1);

    SyncServer other = server(anyPort(), sink);
    client.settings(settings(other.address(), Duration.ofSeconds(30)));
    assertThat(client.shutdown(now()).get(30, TimeUnit.SECONDS)).isTrue();
    assertNothingLost();
    assertThat(sink.messages().get(0).message()).isEqualTo(stuck.get(0));
  }

  @Test
  void theProgramObeysItsSupervisorAndSurvivesBeingKilled() throws Exception {
    Path input = Files.createDirectories(directory.resolve("input"));
    name("event0", "QEMU Virtio Keyboard");
    name("event1", "QEMU Virtio Tablet");
    Files.write(input.resolve("event1"), new byte[0]);
    long start = now();
    recordKeys(input.resolve("event0"), start, 4);
    SyncServer server = server(anyPort(), sink);
    server.close();
    String settings =
        Base64.getEncoder()
            .encodeToString(
                settings(server.address(), Duration.ofSeconds(1))
                    .format()
                    .getBytes(StandardCharsets.UTF_8));

    Process killed = program(input);
    try {
      BufferedReader out = reader(killed);
      assertThat(out.readLine()).isEqualTo("READY");
      say(killed, "SETTINGS " + settings);
      say(killed, "SESSION " + start);
      Path log = directory.resolve("state/queue.log");
      await(() -> log.toFile().length() > 120); // the boot and the batch with the keys
    } finally {
      killed.destroyForcibly();
      killed.waitFor();
    }

    server(server.address(), sink);
    Files.write(input.resolve("event0"), new byte[0]);
    Process next = program(input);
    try {
      BufferedReader out = reader(next);
      assertThat(out.readLine()).isEqualTo("READY");
      await(() -> sink.eventValues().size() == 8); // without new settings
      say(next, "nonsense");
      say(next, "INTERVAL PT2S");
      say(next, "SESSION " + now());
      say(next, "SHUTDOWN " + (now() + 100_000));
      assertThat(out.readLine()).isEqualTo("FLUSHED");
      assertThat(next.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(next.exitValue()).isZero();
    } finally {
      next.destroyForcibly();
      next.waitFor();
    }
    List<String> kinds =
        sink.messages().stream().map(t -> t.message().getClass().getSimpleName()).toList();
    assertThat(kinds).startsWith("Boot", "Batch").endsWith("Boot", "Batch", "Shutdown");
  }

  private void name(String node, String name) throws IOException {
    Path device = Files.createDirectories(directory.resolve("sys").resolve(node).resolve("device"));
    Files.writeString(device.resolve("name"), name + "\n");
  }

  private static void recordKeys(Path file, long startMicros, int taps) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(taps * 4 * 24).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 2 * taps; i++) {
      long micros = startMicros + 1000 + i * 1000L;
      for (int type = InputEvent.EV_KEY; type >= InputEvent.EV_SYN; type--) {
        out.putLong(micros / 1_000_000).putLong(micros % 1_000_000);
        out.putShort((short) type).putShort((short) (type * 30)).putInt(type * (1 - i % 2));
      }
    }
    Files.write(file, out.array());
  }

  private Process program(Path input) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "org.phonemirror.client.Main",
            directory.resolve("data").toString(),
            directory.resolve("state").toString(),
            "m",
            input.toString(),
            directory.resolve("sys").toString())
        .redirectError(directory.resolve("log").toFile())
        .start();
  }

  private static BufferedReader reader(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private static void say(Process process, String line) throws IOException {
    OutputStream in = process.getOutputStream();
    in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    in.flush();
  }
}
