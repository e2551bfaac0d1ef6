package org.phonemirror.core.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.phonemirror.core.clone.Cloning;
import org.phonemirror.core.machine.FakeMachineDriver;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.placement.PlacementSettings;
import org.phonemirror.core.service.MirrorService;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorCondition;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ProfileSource;
import org.phonemirror.core.subscriber.ProfileUnavailableException;
import org.phonemirror.core.sync.KeyRing;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.FileServices;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;
import org.phonemirror.sync.SyncSettings;

/** Mirrors with a real journal, and stand-ins for all that they work with. */
final class World implements AutoCloseable {
  static final Impu ALICE = new Impu("sip:+15550001@ims.test");
  static final MirrorProfile PROFILE = new MirrorProfile("reference", Duration.ofSeconds(10));

  /** Less than there are messages between two saves: checkpoints and journal are short. */
  static final int RETENTION = 4;

  final FakeMachineDriver driver;
  final FakeTapes tapes = new FakeTapes();
  final KeyRing keys = new KeyRing();
  final List<SyncSettings> settingsSent = new CopyOnWriteArrayList<>();
  final Queue<Throwable> lookUpFailures = new ConcurrentLinkedQueue<>();
  final Queue<Throwable> sendFailures = new ConcurrentLinkedQueue<>();
  final List<Optional<MirrorCondition.Phase>> conditions = new CopyOnWriteArrayList<>();
  volatile Optional<MirrorProfile> profile = Optional.of(PROFILE);
  final List<MirrorService> services = new CopyOnWriteArrayList<>();
  volatile boolean watchable = true;
  volatile CompletableFuture<Void> answer = CompletableFuture.completedFuture(null);
  volatile Cloning cloning = Cloning.NONE;
  volatile UnaryOperator<MachineDriver> around = UnaryOperator.identity();
  private final Path state;
  private MirrorSettings settings;
  private Mirrors mirrors;

  World(Path directory) throws IOException {
    this(directory, 10, 1_000_000);
  }

  World(Path directory, int checkpointEvery, long maxRetainedBytes) throws IOException {
    this(directory, Duration.ofMillis(5), checkpointEvery, maxRetainedBytes);
  }

  /**
   * A server that only journals; the phone's clock is an hour behind, so t_max is more than that.
   */
  static World thatNeverReplays(Path directory) throws IOException {
    return new World(directory, Duration.ofDays(2), 10, 64_000_000);
  }

  private World(Path directory, Duration maxTransfer, int checkpointEvery, long maxRetainedBytes)
      throws IOException {
    Files.createDirectories(directory);
    driver =
        new FakeMachineDriver(
            Files.createTempDirectory(directory, "machines"), "reference", "other");
    state = directory.resolve("state");
    settings =
        new MirrorSettings(
            URI.create("coaps://127.0.0.1:5684"),
            maxTransfer,
            checkpointEvery,
            RETENTION,
            maxRetainedBytes,
            3,
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            FileServices.USUAL,
            // whatever disk the tests run on
            PlacementSettings.defaults().withMinFreeBytes(0));
    open();
  }

  /** With a server that has room for so much. */
  World(Path directory, PlacementSettings placement) throws IOException {
    this(directory);
    restart(placement);
  }

  /** Stops the server, and starts it with room for so much. */
  void restart(PlacementSettings placement) throws IOException {
    mirrors.close();
    settings = settings.withPlacement(placement);
    open();
  }

  void open() throws IOException {
    MirrorPorts ports =
        new MirrorPorts(
            around.apply(driver),
            profiles(),
            (subscriber, condition) -> conditions.add(condition.map(MirrorCondition::phase)),
            this::send,
            keys,
            tapes,
            services,
            cloning,
            Clock.systemUTC());
    mirrors = Mirrors.open(state, ports, settings);
  }

  Mirrors mirrors() {
    return mirrors;
  }

  private ProfileSource profiles() {
    return new ProfileSource() {
      @Override
      public CompletionStage<Optional<MirrorProfile>> profile(Impu subscriber) {
        Throwable failure = lookUpFailures.poll();
        return failure == null
            ? CompletableFuture.completedFuture(profile)
            : CompletableFuture.failedFuture(failure);
      }

      @Override
      public CompletionStage<Void> subscribe(Impu subscriber) {
        return watchable
            ? CompletableFuture.completedFuture(null)
            : CompletableFuture.failedFuture(
                new ProfileUnavailableException("5103 notification not allowed"));
      }
    };
  }

  private CompletionStage<Void> send(Impu subscriber, String contentType, String body) {
    Throwable failure = sendFailures.poll();
    if (failure != null) {
      return CompletableFuture.failedFuture(failure);
    }
    settingsSent.add(SyncSettings.parse(body));
    return answer;
  }

  static Throwable unreachable() {
    return new ProfileUnavailableException("HSS is not connected");
  }

  /** Switches the phone on and waits until its mirror runs and the phone has its settings. */
  void phoneOn() {
    int before = settingsSent.size();
    mirrors.phoneOn(ALICE);
    await(status -> status.phase() == MirrorStatus.Phase.RUNNING);
    eventually(() -> settingsSent.size() > before);
  }

  Acknowledgement send(SyncMessage message) {
    return send(ALICE, message);
  }

  Acknowledgement send(Impu subscriber, SyncMessage message) {
    try {
      return mirrors
          .accept(subscriber, message, SyncCodec.encode(message))
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("no answer to " + message, e);
    }
  }

  void sendAccepted(SyncMessage message) {
    sendAccepted(ALICE, message);
  }

  void sendAccepted(Impu subscriber, SyncMessage message) {
    Acknowledgement answer = send(subscriber, message);
    assertThat(answer.status()).as(answer.detail()).isEqualTo(Acknowledgement.Status.ACCEPTED);
    assertThat(answer.expected()).isEqualTo(message.sequence() + 1);
  }

  /** Has the mirror built again, and waits for the end. */
  RebuildStatus rebuild() throws Exception {
    mirrors.rebuild(ALICE, true).toCompletableFuture().get(10, TimeUnit.SECONDS);
    eventually(() -> rebuildStatus().phase().compareTo(RebuildStatus.Phase.DONE) >= 0);
    return rebuildStatus();
  }

  private RebuildStatus rebuildStatus() {
    try {
      return mirrors.rebuild(ALICE, false).toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  Optional<MirrorStatus> status() {
    return status(ALICE);
  }

  private Optional<MirrorStatus> status(Impu subscriber) {
    try {
      return mirrors.status().toCompletableFuture().get(10, TimeUnit.SECONDS).stream()
          .filter(status -> status.subscriber().equals(subscriber.uri()))
          .findFirst();
    } catch (Exception e) {
      return Optional.empty(); // a mirror that ended while it was asked
    }
  }

  MirrorStatus await(Predicate<MirrorStatus> wanted) {
    return await(ALICE, wanted);
  }

  MirrorStatus await(Impu subscriber, Predicate<MirrorStatus> wanted) {
    ArrayDeque<Object> seen = new ArrayDeque<>();
    eventually(
        () -> {
          Optional<MirrorStatus> status = status(subscriber);
          seen.clear();
          seen.add(status);
          return status.filter(wanted).isPresent();
        },
        seen);
    return status(subscriber).orElseThrow();
  }

  MirrorStatus awaitPhase(Impu subscriber, MirrorStatus.Phase phase) {
    return await(subscriber, status -> status.phase() == phase);
  }

  MirrorStatus awaitReplayed(SyncMessage message) {
    return awaitReplayed(ALICE, message);
  }

  MirrorStatus awaitReplayed(Impu subscriber, SyncMessage message) {
    return await(subscriber, status -> status.replayed() >= message.sequence());
  }

  /** Something that comes true. */
  interface Condition {
    boolean holds();
  }

  static void eventually(Condition condition) {
    eventually(condition, condition);
  }

  private static void eventually(Condition condition, Object seen) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within 20 s; last seen: " + seen);
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public void close() {
    mirrors.close();
  }
}
