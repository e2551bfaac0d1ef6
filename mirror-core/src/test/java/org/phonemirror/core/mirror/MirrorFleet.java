package org.phonemirror.core.mirror;

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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.phonemirror.core.clone.Cloning;
import org.phonemirror.core.machine.FileMachineDriver;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.placement.PlacementSettings;
import org.phonemirror.core.qemu.QemuDriver;
import org.phonemirror.core.qemu.QemuSettings;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ProfileSource;
import org.phonemirror.core.sync.KeyRing;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.FileServices;
import org.phonemirror.sync.MalformedMessageException;
import org.phonemirror.sync.SyncCodec;

/** Many mirrors with a journal and a driver that outlive the process. */
final class MirrorFleet implements AutoCloseable {
  static final String MODEL = "reference";
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final MachineDriver driver;
  private final Mirrors mirrors;

  /**
   * Opens the journal.
   *
   * @param templates of real machines; empty for machines that only take text
   * @param work how long such a machine takes for an interval
   */
  MirrorFleet(Path directory, Optional<Path> templates, Duration work) throws IOException {
    Path machines = Files.createDirectories(directory.resolve("machines"));
    this.driver =
        templates.isPresent()
            ? new QemuDriver(templates.get(), machines, QemuSettings.defaults())
            : new FileMachineDriver(machines, work);
    MirrorSettings settings =
        new MirrorSettings(
            URI.create("coaps://127.0.0.1:5684"),
            Duration.ofMillis(5),
            3,
            World.RETENTION,
            64_000_000,
            3,
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            FileServices.USUAL,
            // whatever machine the tests run on
            PlacementSettings.defaults()
                .withMinFreeBytes(0)
                .withCpuShare(10)
                .withMaxLateness(Duration.ofHours(1)));
    MirrorPorts ports =
        new MirrorPorts(
            driver,
            profiles(),
            (subscriber, condition) -> {},
            (subscriber, contentType, body) -> CompletableFuture.completedFuture(null),
            new KeyRing(),
            new FakeTapes(),
            List.of(),
            Cloning.NONE,
            Clock.systemUTC());
    this.mirrors = Mirrors.open(directory.resolve("state"), ports, settings);
  }

  private static ProfileSource profiles() {
    MirrorProfile profile = new MirrorProfile(MODEL, Duration.ofSeconds(10));
    return new ProfileSource() {
      @Override
      public CompletionStage<Optional<MirrorProfile>> profile(Impu subscriber) {
        return CompletableFuture.completedFuture(Optional.of(profile));
      }

      @Override
      public CompletionStage<Void> subscribe(Impu subscriber) {
        return CompletableFuture.completedFuture(null);
      }
    };
  }

  static Impu subscriber(int number) {
    return new Impu(String.format("sip:+1555%07d@fleet.test", number));
  }

  void phoneOn(int number) {
    mirrors.phoneOn(subscriber(number));
  }

  void phoneOff(int number) {
    mirrors.phoneOff(subscriber(number));
  }

  Acknowledgement accept(int number, byte[] encoded) throws IOException {
    try {
      return await(mirrors.accept(subscriber(number), SyncCodec.decode(encoded), encoded));
    } catch (MalformedMessageException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  List<MirrorStatus> status() throws IOException {
    return await(mirrors.status());
  }

  private static <T> T await(CompletionStage<T> stage) throws IOException {
    try {
      return stage.toCompletableFuture().get(ANSWER.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("no answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  MachineDriver driver() {
    return driver;
  }

  @Override
  public void close() {
    mirrors.close();
    if (driver instanceof QemuDriver qemu) {
      qemu.close();
    }
  }
}
