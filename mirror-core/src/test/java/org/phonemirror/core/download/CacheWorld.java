package org.phonemirror.core.download;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocketFactory;
import org.phonemirror.core.download.DownloadSettings.Retries;
import org.phonemirror.core.download.fetch.AddressRules;
import org.phonemirror.core.download.fetch.FetchSettings;
import org.phonemirror.core.download.fetch.Origin;
import org.phonemirror.core.download.fetch.Resolver;
import org.phonemirror.core.download.store.StoreSettings;
import org.phonemirror.core.machine.Machine.StorageReader;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.service.MirrorView;
import org.phonemirror.core.service.ReplayedInterval;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ServicePolicies;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;

/** A download cache with a clock, a notice board and mirrors that a test rules over. */
final class CacheWorld implements AutoCloseable {
  static final Impu ALICE = new Impu("sip:alice@ims.test");
  static final Impu BOB = new Impu("sip:bob@ims.test");
  static final Duration KEEP = Duration.ofDays(7);
  static final long QUOTA = 1_000_000;
  static final long END_MICROS = 1_700_000_010_000_000L;
  private static final long PATIENCE_SECONDS = 60;

  /** What was told, or sent at once. */
  record Told(Impu subscriber, Notice notice) {}

  record Sent(Impu subscriber, String contentType, String body) {}

  /** Stands still unless a test moves it. */
  static final class TestClock extends Clock {
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  final TestClock clock = new TestClock();
  final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
  final BlockingQueue<Sent> sent = new LinkedBlockingQueue<>();
  final Set<Integer> ports;
  Path directory;
  StoreSettings.FreeSpace free = () -> Long.MAX_VALUE;
  UnaryOperator<StoreSettings> store = settings -> settings;
  volatile boolean boardFails;
  DownloadService service;

  CacheWorld(Path directory, Set<Integer> ports) {
    this.directory = directory;
    this.ports = ports;
  }

  /** Opens a service on what is in the directory; one that was open before is left as it is. */
  CacheWorld open() throws IOException {
    StoreSettings usual = StoreSettings.in(directory);
    DownloadSettings settings =
        new DownloadSettings(
            store.apply(usual),
            FetchSettings.defaults()
                .with(new AddressRules(List.of(), List.of(Origin.NETWORK)), ports)
                // time goes by faster than bytes do
                .withTimes(Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofMinutes(10)),
            new Retries(Duration.ofSeconds(5), Duration.ofMinutes(10), 3),
            URI.create("http://mirror.test:8080/"),
            4,
            2);
    service =
        new DownloadService(
            settings,
            new DownloadService.Ports(
                (subscriber, notice) -> {
                  if (boardFails) {
                    return CompletableFuture.failedFuture(new IOException("board is away"));
                  }
                  told.add(new Told(subscriber, notice));
                  return CompletableFuture.completedFuture(null);
                },
                (subscriber, type, body) -> {
                  sent.add(new Sent(subscriber, type, body));
                  return CompletableFuture.completedFuture(null);
                },
                Resolver.SYSTEM,
                (SSLSocketFactory) SSLSocketFactory.getDefault(),
                free,
                clock));
    service.start();
    return this;
  }

  void order(Impu subscriber, long id, String... namesAndValues) throws MachineException {
    order(new View(subscriber, profile(QUOTA, false), List.of()), id, namesAndValues);
  }

  void order(MirrorView mirror, long id, String... namesAndValues) throws MachineException {
    order(mirror, false, id, namesAndValues);
  }

  /** An order, perhaps of an interval that comes again as its mirror is built again. */
  void order(MirrorView mirror, boolean repeated, long id, String... namesAndValues)
      throws MachineException {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.add(new Field(namesAndValues[i], namesAndValues[i + 1]));
    }
    Order order = new Order(id, DownloadService.NAME, fields);
    service.replayed(
        mirror,
        new ReplayedInterval(1, END_MICROS - 10_000_000, END_MICROS, List.of(order), repeated));
  }

  void get(Impu subscriber, long id, String url) throws MachineException {
    order(subscriber, id, "action", "get", "url", url);
  }

  static MirrorProfile profile(long quota, boolean atOnce) {
    return new MirrorProfile(
        "reference",
        Duration.ofMinutes(1),
        MirrorProfile.DEFAULT_REPAIR_BUDGET,
        new ServicePolicies(
            new ServicePolicies.Download(quota, KEEP, atOnce),
            ServicePolicies.USUAL.upload(),
            ServicePolicies.USUAL.antivirus()));
  }

  /** The next that is told to anybody. */
  Told next() throws InterruptedException {
    Told next = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(next).as("a notice").isNotNull();
    return next;
  }

  Notice nextOf(Impu subscriber) throws InterruptedException {
    Told next = next();
    assertThat(next.subscriber).isEqualTo(subscriber);
    return next.notice;
  }

  Notice cached(Impu subscriber) throws InterruptedException {
    Notice notice = nextOf(subscriber);
    assertThat(notice.topic()).as(notice.toString()).isEqualTo("file-cached");
    return notice;
  }

  void failed(Impu subscriber, String reason) throws InterruptedException {
    Notice notice = nextOf(subscriber);
    assertThat(notice.topic()).as(notice.toString()).isEqualTo("file-failed");
    assertThat(notice.first("reason")).contains(reason);
    assertThat(notice.text()).isNotEmpty();
  }

  /** Waits for what no notice tells. */
  void await(String what, Condition condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Thread.sleep(10);
    }
  }

  @FunctionalInterface
  interface Condition {
    boolean holds() throws Exception;
  }

  List<Path> contents() throws IOException {
    return files("content");
  }

  List<Path> partials() throws IOException {
    return files("partial");
  }

  private List<Path> files(String kind) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(kind))) {
      return files.toList();
    }
  }

  @Override
  public void close() throws IOException {
    service.close();
  }

  /** A mirror that only notes what is written. */
  record View(Impu subscriber, MirrorProfile profile, List<StorageWrite> written)
      implements MirrorView {
    @Override
    public <T> T readStorage(StorageReader<T> reader) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<String> write(List<StorageWrite> changes) {
      written.addAll(changes);
      return List.of();
    }
  }
}
