package org.phonemirror.core.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
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
import org.phonemirror.client.channel.ChannelException;
import org.phonemirror.client.channel.SyncChannel;
import org.phonemirror.client.clone.CloneProgress;
import org.phonemirror.client.queue.MessageQueue;
import org.phonemirror.client.queue.QueueLimits;
import org.phonemirror.core.clone.CloneService;
import org.phonemirror.core.clone.CloneSettings;
import org.phonemirror.core.download.serve.FileServer;
import org.phonemirror.core.download.serve.FileServerSettings;
import org.phonemirror.core.download.serve.FileSource;
import org.phonemirror.core.machine.FakeMachineDriver.Operation;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.MalformedMessageException;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;
import org.phonemirror.sync.SyncSettings;

/** A phone that was used before it is subscribed, its Syn-Client, and its mirror. */
@Timeout(60)
class MirrorCloneTest {
  private static final String HOST = "127.38.3.1";

  @TempDir Path directory;
  private Path phone;
  private World world;
  private FileServer files;
  private final Told told = new Told();

  private static final class Told implements SynClientListener {
    final List<String> what = new CopyOnWriteArrayList<>();
    final List<Long> sent = new CopyOnWriteArrayList<>();
    private volatile long session;

    @Override
    public void reached(long boot, long endMicros) {
      if (boot != session) {
        session = boot;
        what.add("session");
      }
    }

    @Override
    public void notices(List<Notice> notices) {}

    @Override
    public void warning(String text) {
      what.add("warning " + text);
    }

    @Override
    public void frozen() {
      what.add("frozen");
    }

    @Override
    public void copying(CloneProgress progress) {
      sent.add(progress.sent());
    }

    @Override
    public void thawed(boolean copied) {
      what.add("thawed " + copied);
    }
  }

  @BeforeEach
  void start() throws Exception {
    phone = directory.resolve("phone");
    Files.createDirectories(phone.resolve("home"));
    world = new World(directory);
    CloneService service =
        CloneService.open(
            CloneSettings.at(directory.resolve("clones"), URI.create("http://" + HOST + ":8443/")),
            world.driver,
            Clock.systemUTC());
    world.cloning = service;
    world.close();
    world.open();
    files =
        FileServer.start(
            FileServerSettings.at(new InetSocketAddress(HOST, 8443), Optional.empty()),
            (token, now) -> new FileSource.Unknown(),
            service,
            Clock.systemUTC());
    world.mirrors().phoneOn(World.ALICE);
    World.eventually(() -> !world.settingsSent.isEmpty());
  }

  @AfterEach
  void stop() {
    files.close();
    world.close();
  }

  private SynClient client() throws Exception {
    SynClientConfig config =
        new SynClientConfig(
            "reference",
            phone,
            directory.resolve("rejected"),
            Duration.ofSeconds(1),
            Duration.ofMillis(50),
            new RetryPolicy(Duration.ofMillis(10), Duration.ofMillis(50)));
    SynClient client =
        new SynClient(
            config,
            PhoneClock.system(),
            MessageQueue.open(directory.resolve("queue"), QueueLimits.DEFAULT),
            settings -> new Direct(),
            told);
    client.settings(
        new SyncSettings(
            URI.create("coaps://127.38.3.1:5684"), "p1", new byte[16], Duration.ofSeconds(1)));
    return client;
  }

  /** The way to the mirrors without a network. */
  private final class Direct implements SyncChannel {
    @Override
    public CompletionStage<Acknowledgement> send(byte[] encoded) {
      try {
        SyncMessage message = SyncCodec.decode(encoded);
        return world.mirrors().accept(World.ALICE, message, encoded);
      } catch (MalformedMessageException e) {
        return java.util.concurrent.CompletableFuture.failedFuture(
            new ChannelException(e.getMessage(), e));
      }
    }

    @Override
    public void close() {}
  }

  private static long now() {
    return System.currentTimeMillis() * 1000;
  }

  @Test
  void usedPhoneIsFrozenAndCopiedAndItsMirrorGoesOn() throws Exception {
    byte[] photo = new byte[300_000];
    new java.util.Random(3).nextBytes(photo);
    Files.write(phone.resolve("home/photo"), photo);
    world.driver.failNext(Operation.SAVE, "the disk is full"); // of the first attempt
    try (SynClient client = client()) {
      // typed ahead of the session, so before the copy: it is in the copy, or has come to nothing
      client.input().report(List.of(new InputEvent(now(), 0, InputEvent.EV_KEY, 30, 1)));
      client.sessionStarted(now());
      MirrorStatus status =
          world.await(s -> s.last().filter(last -> last.bytes() == photo.length).isPresent());
      assertThat(status.last().orElseThrow().identical()).isTrue();
    }
    assertThat(world.driver.replayed())
        .isNotEmpty()
        .allMatch(interval -> interval.events().isEmpty());
    assertThat(told.what).containsExactly("session", "frozen", "session", "thawed true");
    assertThat(told.sent).last().isEqualTo((long) photo.length);
  }

  @Test
  void theMirrorOfACopiedPhoneIsBuiltAgainFromItsCopy() throws Exception {
    Files.writeString(phone.resolve("home/letter"), "from the time before");
    try (SynClient client = client()) {
      client.sessionStarted(now());
      world.await(s -> s.intervals() > 0);
    }
    for (int i = 0; i < 2; i++) { // what it has built is what it can build on
      RebuildStatus rebuilt = world.rebuild();
      assertThat(rebuilt.failure()).isEmpty();
      assertThat(rebuilt.base()).isZero();
      assertThat(rebuilt.comparison().orElseThrow().identical()).isTrue();
    }
    assertThat(world.status().orElseThrow().diverged()).isZero();
  }

  @Test
  void aLostFirstCheckpointCostsTheCopyNothing() throws Exception {
    Files.writeString(phone.resolve("home/letter"), "from the time before");
    try (SynClient client = client()) {
      client.sessionStarted(now());
      world.await(s -> s.intervals() > 0);
    }
    world.close();
    String mirror = World.ALICE.uri();
    while (world.driver.positions(mirror).size() > 1) {
      world.driver.damageNewest(mirror, 1);
    }
    world.open();
    RebuildStatus rebuilt = world.rebuild();
    assertThat(rebuilt.comparison().orElseThrow().identical()).isTrue();
    assertThat(world.status().orElseThrow().diverged()).isZero();
  }

  @Test
  void newPhoneIsNotFrozen() throws Exception {
    try (SynClient client = client()) {
      client.sessionStarted(now());
      MirrorStatus status = world.await(s -> s.last().isPresent());
      assertThat(status.last().orElseThrow().identical()).isTrue();
    }
    assertThat(told.what).containsExactly("session");
  }
}
