package org.phonemirror.testnet.demo;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.phonemirror.client.RetryPolicy;
import org.phonemirror.client.clone.CloneChannel;
import org.phonemirror.client.clone.CloneProgress;
import org.phonemirror.client.clone.Cloner;
import org.phonemirror.client.clone.HttpCloneChannel;
import org.phonemirror.core.clone.CloneService;
import org.phonemirror.core.clone.CloneSettings;
import org.phonemirror.core.download.serve.FileServer;
import org.phonemirror.core.download.serve.FileServerSettings;
import org.phonemirror.core.download.serve.FileSource;
import org.phonemirror.core.machine.FactoryStorage;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.CloneCodec;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;

/**
 * Phones that were used before they are subscribed, and what it takes to copy them: the
 * Syn-Client's {@link Cloner} and the server's {@link CloneService}, with HTTP in between. The
 * bytes are those of the requests' bodies; the time is theirs over the uplink of the paper's 3G
 * (Table 1), reckoned and not waited for.
 */
public final class CloneScene implements AutoCloseable {
  /** Table 1: 708 kbps up. */
  private static final double UP_BITS_PER_SECOND = 708_000;

  private static final int APP_BYTES = 3_000_000;
  private static final int PHOTO_BYTES = 600_000;
  private static final int COMMON_PHOTOS = 5;
  private static final RetryPolicy RETRY =
      new RetryPolicy(Duration.ofMillis(100), Duration.ofSeconds(1));

  private final FactoryStorage factories;
  private final String model;
  private final Path directory;
  private final CloneService service;
  private final FileServer server;

  /**
   * What a copy took.
   *
   * @param storage the phone's user storage
   * @param sent bytes of all requests
   */
  public record Cost(StorageDigest storage, long sent) {
    private static double seconds(long bytes) {
      return bytes * 8 / UP_BITS_PER_SECOND;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s of user storage by %s, at 708 kbps %.0f s instead of %.0f s",
          Story.size(storage.bytes()),
          Story.size(sent),
          seconds(sent),
          seconds(storage.bytes()));
    }
  }

  /**
   * Starts a server that takes copies.
   *
   * @param model of the phones
   * @param directory for itself alone
   * @param address to listen at
   */
  public CloneScene(
      FactoryStorage factories, String model, Path directory, InetSocketAddress address)
      throws IOException {
    this.factories = factories;
    this.model = model;
    this.directory = Files.createDirectories(directory);
    URI uri = URI.create("http://" + address.getHostString() + ":" + address.getPort() + "/");
    Clock clock = Clock.systemUTC();
    this.service =
        CloneService.open(
            CloneSettings.at(directory.resolve("copies"), uri).withAcrossMirrors(true),
            factories,
            clock);
    this.server =
        FileServer.start(
            FileServerSettings.at(address, Optional.empty()),
            (token, now) -> new FileSource.Unknown(),
            service,
            clock);
  }

  /** Tells what two phones cost that have much in common. */
  static void play(Story story, FactoryStorage factories, String model, Path directory, String host)
      throws Exception {
    try (CloneScene scene =
        new CloneScene(factories, model, directory, new InetSocketAddress(host, 8443))) {
      story.tell("cloning: a phone that was used before it is subscribed, the first with its apps");
      Cost first = scene.copy(new Impu("sip:+15550011@ims.test"), scene.usedPhone("first", 11));
      story.tell("cloning: " + first);
      story.tell(
          "cloning: another, with the same app and pictures that the first has sent (shared)");
      Cost second = scene.copy(new Impu("sip:+15550012@ims.test"), scene.usedPhone("second", 12));
      story.tell("cloning: " + second);
      if (first.sent() < first.storage().bytes() || second.sent() > first.sent() / 4) {
        throw new IllegalStateException("not as it should be: " + first + "; " + second);
      }
    }
  }

  /** A phone in its factory state. */
  public Path phone(String name) throws MachineException {
    Path storage = directory.resolve("phone-" + name);
    return factories.readFactory(
        model,
        top -> {
          StorageImage.copyTree(top, storage);
          return storage;
        });
  }

  /** One with an app and pictures as others have them, and with a picture of its own. */
  public Path usedPhone(String name, long seed) throws IOException, MachineException {
    Path phone = phone(name);
    Path apps = Files.createDirectories(phone.resolve("apps-" + name));
    Files.write(apps.resolve("game.apk"), random(1, APP_BYTES));
    Path photos = Files.createDirectories(phone.resolve("photos"));
    for (int i = 0; i < COMMON_PHOTOS; i++) {
      Files.write(photos.resolve("from-friends-" + i), random(2 + i, PHOTO_BYTES));
    }
    Files.write(photos.resolve("own"), random(seed, PHOTO_BYTES));
    return phone;
  }

  /** Bytes that don't shrink, the same for the same seed. */
  public static byte[] random(long seed, int length) {
    byte[] content = new byte[length];
    new Random(seed).nextBytes(content);
    return content;
  }

  /** Copies a phone to the server, as its first boot tells it to. */
  public Cost copy(Impu subscriber, Path phone) throws Exception {
    Boot boot = new Boot(1, 1, 1_700_000_000_000_000L, model);
    URI to = service.required(subscriber, boot).orElseThrow();
    AtomicLong sent = new AtomicLong();
    CloneChannel http = new HttpCloneChannel(() -> (HttpURLConnection) to.toURL().openConnection());
    CloneChannel counted =
        request -> {
          sent.addAndGet(CloneCodec.encode(request).length);
          return http.send(request);
        };
    var scope = factories.storageScope(model);
    new Cloner(phone, scope, model, factories.software(model), RETRY, 3)
        .run(counted, 1, 2, new Silent());
    return new Cost(new StorageScanner(phone, scope).scan(List.of()), sent.get());
  }

  private static final class Silent implements Cloner.Listener {
    @Override
    public void frozen() {}

    @Override
    public void progress(CloneProgress progress) {}
  }

  @Override
  public void close() {
    server.close();
  }
}
