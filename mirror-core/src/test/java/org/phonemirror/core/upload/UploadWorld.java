package org.phonemirror.core.upload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.phonemirror.core.machine.Machine.StorageReader;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.service.MirrorView;
import org.phonemirror.core.service.ReplayedInterval;
import org.phonemirror.core.service.SettledStorage;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ServicePolicies;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;
import org.phonemirror.sync.StorageScanner;

/**
 * An upload relay, mirrors that are directories, and a notice board that is a list. Without
 * carriers of the test it has its own, as far as they are set up.
 */
final class UploadWorld implements AutoCloseable {
  static final Impu ALICE = new Impu("sip:+15550001@ims.test");
  static final Impu BOB = new Impu("sip:+15550002@ims.test");

  final TestClock clock = new TestClock();
  final List<Notice> notices = new CopyOnWriteArrayList<>();
  final Map<Recipient.Kind, Carrier> carriers = new EnumMap<>(Recipient.Kind.class);
  private final Path directory;
  private final Path relay;
  private final List<UploadService> opened = new ArrayList<>();
  private long intervals;
  UploadSettings.Limits limits = new UploadSettings.Limits(100, 10_000, 50_000, 8, 100_000, 0);
  Optional<MailSettings> mail = Optional.empty();
  Optional<WebSettings> web = Optional.empty();
  boolean allowed = true;
  volatile boolean boardWorks = true;
  int views;

  UploadWorld(Path directory) {
    this(directory, directory.resolve("relay"));
  }

  /** Whose relay keeps its files elsewhere. */
  UploadWorld(Path directory, Path relay) {
    this.directory = directory;
    this.relay = relay;
  }

  /** Opens the relay, or another beside the one that is there, as after a crash. */
  UploadWorld open() throws IOException {
    UploadSettings settings = new UploadSettings(limits, times(), 4, Optional.empty(), mail, web);
    opened.add(
        carriers.isEmpty()
            ? UploadService.open(relay, settings, this::tell, clock)
            : UploadService.open(relay, settings, this::tell, clock, service -> carriers));
    return this;
  }

  static UploadSettings.Times times() {
    return new UploadSettings.Times(
        Duration.ofDays(1),
        Duration.ofMinutes(1),
        Duration.ofHours(1),
        Duration.ofDays(2),
        Duration.ofDays(30),
        Duration.ofMillis(10));
  }

  UploadService service() {
    return opened.get(opened.size() - 1);
  }

  private CompletionStage<Void> tell(Impu subscriber, Notice notice) {
    if (!boardWorks) {
      return CompletableFuture.failedFuture(new IOException("no board"));
    }
    notices.add(notice);
    return CompletableFuture.completedFuture(null);
  }

  Path mirror(Impu subscriber) throws IOException {
    String name = subscriber.uri().replaceAll("[^0-9]", "");
    return Files.createDirectories(directory.resolve("mirror-" + name));
  }

  Path relayFiles() {
    return relay.resolve("files");
  }

  /** A file on the mirror. */
  byte[] write(Impu subscriber, String path, int size) throws IOException {
    byte[] content = new byte[size];
    Arrays.fill(content, (byte) path.charAt(0));
    Path file = mirror(subscriber).resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    return content;
  }

  static Order send(long id, String path, byte[] content, String... to) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("action", "send"));
    fields.add(new Field("path", path));
    fields.add(new Field("size", Integer.toString(content.length)));
    fields.add(new Field("sha256", Sha256.hex(content)));
    fields.add(new Field("subject", "Holidays"));
    fields.add(new Field("text", "Look at this"));
    for (String one : to) {
      fields.add(new Field("to", one));
    }
    return new Order(id, "upload", fields);
  }

  static Order cancel(long id, long of) {
    return new Order(
        id, "upload", List.of(new Field("action", "cancel"), new Field("of", Long.toString(of))));
  }

  /** An interval of a mirror has been replayed and settled. */
  void settle(Impu subscriber, Order... orders) throws Exception {
    StorageScanner scanner = new StorageScanner(mirror(subscriber));
    scanner.scan(List.of());
    service()
        .settled(
            new View(subscriber),
            new ReplayedInterval(++intervals, 0, 1, List.of(orders)),
            new SettledStorage(scanner.tree(), true));
  }

  private final class View implements MirrorView {
    private final Impu subscriber;

    View(Impu subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public Impu subscriber() {
      return subscriber;
    }

    @Override
    public MirrorProfile profile() {
      ServicePolicies usual = ServicePolicies.USUAL;
      return new MirrorProfile(
          "reference",
          Duration.ofMinutes(3),
          MirrorProfile.DEFAULT_REPAIR_BUDGET,
          new ServicePolicies(
              usual.download(), new ServicePolicies.Upload(allowed, 0), usual.antivirus()));
    }

    @Override
    public <T> T readStorage(StorageReader<T> reader) throws MachineException {
      views++;
      try {
        return reader.read(mirror(subscriber));
      } catch (IOException e) {
        throw new MachineException("no view", e);
      }
    }

    @Override
    public List<String> write(List<StorageWrite> changes) {
      throw new UnsupportedOperationException("uploads change nothing");
    }
  }

  /** Reads all of a parcel, as carriers do. */
  static byte[] content(Parcel parcel) throws Parcel.RecalledException {
    try (InputStream in = parcel.open()) {
      return in.readAllBytes();
    } catch (Parcel.RecalledException e) {
      throw e;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** What notices of a topic say of their recipients, orders and reasons. */
  List<String> told(String topic) {
    return notices.stream()
        .filter(notice -> notice.topic().equals(topic))
        .map(
            notice ->
                notice.first("order").orElse("")
                    + " "
                    + notice.first("to").orElse("-")
                    + notice.first("reason").map(reason -> " " + reason).orElse(""))
        .sorted()
        .toList();
  }

  void awaitNotices(int count) {
    await(() -> notices.size() >= count, () -> "notices are " + notices);
  }

  static void await(BooleanSupplier condition, java.util.function.Supplier<String> otherwise) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(otherwise.get());
      }
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }
  }

  @Override
  public void close() {
    opened.forEach(UploadService::close);
  }
}
