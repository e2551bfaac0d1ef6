package org.phonemirror.client.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.phonemirror.client.RetryPolicy;
import org.phonemirror.client.SynClientListener;
import org.phonemirror.client.TestClock;
import org.phonemirror.client.repair.PhoneConditions;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;

/** The services of a client, on an engine of their own that looks often. */
final class ServicesBench implements AutoCloseable {
  static final long NOW = 1_700_000_000_000_000L;

  final TestClock clock = new TestClock(NOW);
  final BlockingQueue<Notice> notices = new LinkedBlockingQueue<>();
  final BlockingQueue<String> warnings = new LinkedBlockingQueue<>();
  final ClientServices services;
  private final ScheduledExecutorService engine = Executors.newSingleThreadScheduledExecutor();

  /** A WLAN, or a mobile network. */
  static PhoneConditions network(boolean metered) {
    return new PhoneConditions() {
      @Override
      public boolean metered() {
        return metered;
      }

      @Override
      public boolean charging() {
        return false;
      }
    };
  }

  /** In a directory with {@code data}, {@code private} and {@code state}. */
  ServicesBench(Path directory, PhoneConditions conditions) throws IOException {
    Files.createDirectories(directory.resolve("data"));
    ServicesConfig config =
        new ServicesConfig(
            directory.resolve("data"),
            directory.resolve("private"),
            directory.resolve("state"),
            conditions,
            new RetryPolicy(Duration.ofMillis(1), Duration.ofMillis(1)));
    services =
        new ClientServices(
            config,
            clock.phoneClock(),
            engine,
            new SynClientListener() {
              @Override
              public void notices(List<Notice> fresh) {
                notices.addAll(fresh);
              }

              @Override
              public void warning(String text) {
                warnings.add(text);
              }
            });
    engine.execute(services.engineSide()::sessionStarted);
    var unused = engine.scheduleWithFixedDelay(this::look, 20, 20, TimeUnit.MILLISECONDS);
  }

  private void look() {
    clock.advance(10_000);
    services.engineSide().look();
  }

  /** A notice from the server. */
  void come(Notice notice) {
    engine.execute(() -> services.engineSide().notices(List.of(notice)));
  }

  void onEngine(Runnable task) throws Exception {
    engine.submit(task).get(20, TimeUnit.SECONDS);
  }

  /** What was told, up to this topic. */
  Notice await(String topic) throws InterruptedException {
    List<Notice> seen = new ArrayList<>();
    for (; ; ) {
      Notice notice = notices.poll(20, TimeUnit.SECONDS);
      assertThat(notice).as("%s after %s", topic, seen).isNotNull();
      seen.add(notice);
      if (notice.topic().equals(topic)) {
        return notice;
      }
    }
  }

  /** The orders that a batch would take now. */
  List<Order> orders() throws Exception {
    return engine
        .submit(() -> services.engineSide().orders(Long.MAX_VALUE, 1 << 20))
        .get(20, TimeUnit.SECONDS);
  }

  static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  static Notice cached(String from, String name, byte[] content) throws Exception {
    return cached(from, name, content, Instant.ofEpochSecond(NOW / 1_000_000 + 3600));
  }

  static Notice cached(String from, String name, byte[] content, Instant expires) throws Exception {
    return new Notice(
        "file-cached",
        List.of(
            new Field("order", "4711"),
            new Field("url", "http://example.test/" + name),
            new Field("name", name),
            new Field("size", "" + content.length),
            new Field("sha256", sha256(content)),
            new Field("expires", expires.toString()),
            new Field("from", from),
            new Field("text", name + " is there")));
  }

  @Override
  public void close() throws Exception {
    engine.submit(services.engineSide()::close).get(20, TimeUnit.SECONDS);
    engine.shutdownNow();
    assertThat(engine.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
  }
}
