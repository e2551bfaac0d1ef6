package org.phonemirror.testnet.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.phonemirror.core.mirror.MirrorPorts;
import org.phonemirror.core.mirror.MirrorSettings;
import org.phonemirror.core.mirror.MirrorStatus;
import org.phonemirror.core.mirror.Mirrors;
import org.phonemirror.core.placement.PlacementSettings;
import org.phonemirror.core.qemu.QemuDriver;
import org.phonemirror.core.qemu.QemuSettings;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ProfileSource;
import org.phonemirror.core.sync.KeyRing;
import org.phonemirror.core.tape.TapeSource;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.FileServices;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;
import org.phonemirror.testnet.demo.SavedStorage;
import org.phonemirror.testnet.demo.Story;

/** The mirrors of one subscriber with their real machines and journal; no network around them. */
final class MirrorHost implements AutoCloseable {
  static final int CHECKPOINT_EVERY = 3;

  private static final Impu SUBSCRIBER = new Impu("sip:+15550009@ims.test");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path state;
  private final QemuDriver driver;
  private final Mirrors mirrors;

  /** Starts it with room for all, and tells it that the phone is on. */
  MirrorHost(Path state) throws IOException {
    this(state, PlacementSettings.defaults());
  }

  /** Starts it with room for so much, and tells it that the phone is on. */
  MirrorHost(Path state, PlacementSettings placement) throws IOException {
    this.state = state;
    driver = new QemuDriver(Built.templates(), state, QemuSettings.defaults());
    MirrorSettings settings =
        new MirrorSettings(
            URI.create("coaps://127.0.0.1:5684"),
            Duration.ofMillis(100),
            CHECKPOINT_EVERY,
            MirrorSettings.RETENTION,
            1_000_000,
            3,
            Duration.ofMillis(200),
            Duration.ofSeconds(2),
            FileServices.USUAL,
            placement);
    MirrorPorts ports =
        new MirrorPorts(
            driver,
            new OneProfile(),
            (subscriber, condition) -> {},
            (subscriber, contentType, body) -> CompletableFuture.completedFuture(null),
            new KeyRing(),
            TapeSource.silent(),
            List.of(),
            Clock.systemUTC());
    try {
      mirrors = Mirrors.open(state, ports, settings);
    } catch (IOException | RuntimeException e) {
      driver.close();
      throw e;
    }
    mirrors.phoneOn(SUBSCRIBER);
  }

  /** Everyone has the same. */
  private static final class OneProfile implements ProfileSource {
    @Override
    public CompletionStage<Optional<MirrorProfile>> profile(Impu subscriber) {
      return CompletableFuture.completedFuture(
          Optional.of(new MirrorProfile(Built.MODEL, Duration.ofSeconds(10))));
    }

    @Override
    public CompletionStage<Void> subscribe(Impu subscriber) {
      return CompletableFuture.completedFuture(null);
    }
  }

  void awaitRunning() throws Exception {
    await("mirror runs", status -> status.phase() == MirrorStatus.Phase.RUNNING);
  }

  /** Gives it a message, and returns when that is acknowledged. */
  void accept(SyncMessage message) throws Exception {
    Acknowledgement answer =
        mirrors
            .accept(SUBSCRIBER, message, SyncCodec.encode(message))
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
    assertThat(answer.status()).as(answer.detail()).isEqualTo(Acknowledgement.Status.ACCEPTED);
  }

  MirrorStatus awaitReplayed(SyncMessage message) throws Exception {
    return await(
        "message " + message.sequence() + " is replayed",
        status -> status.replayed() >= message.sequence());
  }

  /** Waits until a message is replayed and the mirror needs no memory any more. */
  void awaitHibernated(SyncMessage message) throws Exception {
    await(
        "mirror hibernates after message " + message.sequence(),
        status ->
            status.replayed() == message.sequence()
                && status.phase() == MirrorStatus.Phase.HIBERNATED);
  }

  /** Tells it that the phone is off, and waits until all is saved. */
  MirrorStatus awaitSaved() throws Exception {
    mirrors.phoneOff(SUBSCRIBER);
    return await("mirror is saved", status -> status.phase() == MirrorStatus.Phase.SAVED);
  }

  private MirrorStatus await(String what, Predicate<MirrorStatus> wanted) throws Exception {
    Story.await(what, PATIENCE, () -> status().filter(wanted).isPresent());
    return status().orElseThrow();
  }

  private Optional<MirrorStatus> status() throws Exception {
    return mirrors.status().toCompletableFuture().get(30, TimeUnit.SECONDS).stream().findFirst();
  }

  /** Positions of the checkpoints on disk. */
  List<Long> checkpoints() throws IOException {
    try (Stream<Path> files = Files.walk(state)) {
      return files
          .filter(path -> path.getParent().endsWith("checkpoints"))
          .map(path -> Long.parseLong(path.getFileName().toString().replaceFirst(".*-", "")))
          .sorted()
          .toList();
    }
  }

  /** Whether there is a machine. */
  boolean isResident() throws IOException {
    try (Stream<Path> files = Files.walk(state)) {
      return files.anyMatch(path -> path.endsWith("pid"));
    }
  }

  /** The QEMU process of the mirror's newest machine. */
  ProcessHandle qemu() throws IOException {
    try (Stream<Path> files = Files.walk(state)) {
      Path pid = files.filter(path -> path.endsWith("pid")).findFirst().orElseThrow();
      return ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
    }
  }

  /** The user storage in the newest checkpoint. */
  Path savedImage() throws IOException {
    return SavedStorage.unpack(state, "", state.resolve("saved.img"));
  }

  @Override
  public void close() {
    mirrors.close();
    driver.close();
  }
}
