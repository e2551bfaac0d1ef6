package org.phonemirror.app.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.phonemirror.core.mirror.MirrorPorts;
import org.phonemirror.core.mirror.MirrorSettings;
import org.phonemirror.core.mirror.MirrorStatus;
import org.phonemirror.core.mirror.Mirrors;
import org.phonemirror.core.qemu.QemuDriver;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ProfileSource;
import org.phonemirror.core.sync.KeyRing;
import org.phonemirror.core.sync.SyncServer;
import org.phonemirror.core.sync.SyncServerConfig;
import org.phonemirror.core.tape.TapeSource;

/** The mirror server, with its machines, for one subscriber; no signalling around it. */
final class RealMirror implements AutoCloseable {
  private static final Impu SUBSCRIBER = new Impu("sip:alice@ims.test");

  private final CompletableFuture<String> message = new CompletableFuture<>();
  private final QemuDriver driver;
  private final SyncServer server;
  private final Mirrors mirrors;

  /**
   * Starts it, and the subscriber's mirror.
   *
   * @param driver closed together with this
   * @param interval t_syn_int, of the subscriber's profile
   */
  RealMirror(Path state, QemuDriver driver, InetSocketAddress at, String model, Duration interval)
      throws IOException {
    this.driver = driver;
    KeyRing keys = new KeyRing();
    CompletableFuture<Mirrors> open = new CompletableFuture<>();
    server =
        SyncServer.start(
            SyncServerConfig.at(at),
            keys,
            (subscriber, told, encoded) ->
                open.thenCompose(all -> all.accept(subscriber, told, encoded)),
            Clock.systemUTC());
    MirrorPorts ports =
        new MirrorPorts(
            driver,
            new OneProfile(new MirrorProfile(model, interval)),
            (subscriber, condition) -> {},
            (subscriber, contentType, body) -> {
              message.complete(body);
              return CompletableFuture.completedFuture(null);
            },
            keys,
            TapeSource.silent(),
            List.of(),
            Clock.systemUTC());
    try {
      String port = at.getHostString() + ":" + server.address().getPort();
      mirrors = Mirrors.open(state, ports, MirrorSettings.defaults(URI.create("coaps://" + port)));
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    open.complete(mirrors);
    mirrors.phoneOn(SUBSCRIBER);
  }

  private record OneProfile(MirrorProfile given) implements ProfileSource {
    @Override
    public CompletionStage<Optional<MirrorProfile>> profile(Impu subscriber) {
      return CompletableFuture.completedFuture(Optional.of(given));
    }

    @Override
    public CompletionStage<Void> subscribe(Impu subscriber) {
      return CompletableFuture.completedFuture(null);
    }
  }

  /** The operator's message to the phone. */
  CompletableFuture<String> message() {
    return message;
  }

  /** What the operator sees of the mirror, if there is one yet. */
  Optional<MirrorStatus> status() {
    try {
      return mirrors.status().toCompletableFuture().get(30, TimeUnit.SECONDS).stream().findFirst();
    } catch (Exception e) {
      throw new IllegalStateException("the mirrors don't answer", e);
    }
  }

  @Override
  public void close() {
    server.close();
    mirrors.close();
    driver.close();
  }
}
