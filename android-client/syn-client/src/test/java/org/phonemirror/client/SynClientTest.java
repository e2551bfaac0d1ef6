package org.phonemirror.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.client.queue.MessageQueue;
import org.phonemirror.client.queue.QueueLimits;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Acknowledgement.Status;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.SyncMessage;
import org.phonemirror.sync.SyncSettings;

/** What only this wiring shows; what each has to do is in {@link EngineContract}. */
@Timeout(60)
class SynClientTest {
  private static final SyncSettings SETTINGS =
      new SyncSettings(
          URI.create("coaps://127.19.1.1:5684"), "p1", new byte[16], Duration.ofMinutes(10));

  @TempDir Path directory;
  private final TestClock clock = new TestClock(1_700_000_000_000_000L);
  private final ServerDouble server = new ServerDouble();
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private final List<Notice> notices = new CopyOnWriteArrayList<>();

  private SynClient client() throws IOException {
    return client(new DigestSource(directory.resolve("data"), StorageWatch.NONE));
  }

  private SynClient client(DigestSource digests) throws IOException {
    Files.createDirectories(directory.resolve("data"));
    SynClientConfig config =
        new SynClientConfig(
            "m",
            directory.resolve("data"),
            directory.resolve("rejected"),
            Duration.ofMinutes(10),
            Duration.ofMillis(300),
            new RetryPolicy(Duration.ofMillis(10), Duration.ofMillis(50)));
    return new SynClient(
        config,
        clock.phoneClock(),
        MessageQueue.open(directory.resolve("state"), QueueLimits.DEFAULT),
        settings -> server,
        new SynClientListener() {
          @Override
          public void notices(List<Notice> fresh) {
            notices.addAll(fresh);
          }

          @Override
          public void warning(String text) {
            warnings.add(text);
          }
        },
        digests);
  }

  /** A session of one key, then off. */
  private boolean session(SynClient client, int key) throws Exception {
    client.sessionStarted(clock.now());
    clock.advance(1_000_000);
    client.input().report(List.of(new InputEvent(clock.now(), 0, InputEvent.EV_KEY, key, 1)));
    clock.advance(1_000_000);
    return client.shutdown(clock.now()).get(20, TimeUnit.SECONDS);
  }

  private static List<String> kinds(List<SyncMessage> messages) {
    return messages.stream().map(m -> m.sequence() + " " + m.getClass().getSimpleName()).toList();
  }

  private static List<Batch> batches(List<SyncMessage> messages) {
    return messages.stream().filter(Batch.class::isInstance).map(Batch.class::cast).toList();
  }

  @Test
  void noticesAndRefusalsAreTold() throws Exception {
    try (SynClient client = client()) {
      client.settings(SETTINGS);
      assertThat(session(client, 30)).isTrue();
      assertThat(notices).extracting(Notice::text).containsExactly("1", "2", "3");
      assertThat(warnings).isEmpty();
      server.next(m -> Optional.of(Acknowledgement.refused(Status.MALFORMED, 4, "bad")));
      assertThat(session(client, 31)).isTrue();
    }
    assertThat(warnings).first().asString().contains("MALFORMED bad");
  }

  @Test
  void neitherBatchesNorNoticesWaitForALargeStorageToBeRead() throws Exception {
    Path data = Files.createDirectories(directory.resolve("data"));
    Path film = Files.write(data.resolve("film"), new byte[(int) DigestSource.LIVE_BYTES + 1]);
    for (Path settled : List.of(film, data)) {
      Files.setLastModifiedTime(settled, FileTime.fromMillis(1_600_000_000_000L));
    }
    Background background = new Background();
    try (SynClient client = client(new DigestSource(data, StorageWatch.NONE, background))) {
      client.settings(SETTINGS);
      client.interval(Duration.ofSeconds(1));
      client.sessionStarted(clock.now());
      for (int batch = 1; batch <= 2; batch++) {
        client.input().report(List.of(new InputEvent(clock.now(), 0, InputEvent.EV_KEY, 30, 1)));
        clock.advance(1_500_000);
        awaitDurable(1 + batch);
      }
      assertThat(background.waiting()).as("nothing was read yet").isEqualTo(1);
      assertThat(batches(server.durable()))
          .allMatch(batch -> batch.digest().unsettled().equals(List.of("film")))
          .extracting(batch -> batch.events().size())
          .containsExactly(1, 1);
      assertThat(notices).extracting(Notice::text).startsWith("1", "2");

      background.run();
      clock.advance(1_500_000);
      awaitDurable(4);
    }
    assertThat(batches(server.durable()).get(2).digest())
        .isEqualTo(new StorageScanner(data).scan(List.of()));
  }

  @Test
  void withoutSettingsAllWaitsForTheNextStart() throws Exception {
    try (SynClient client = client()) {
      assertThat(session(client, 30)).isFalse();
    }
    try (SynClient client = client()) {
      client.settings(SETTINGS);
      assertThat(session(client, 31)).isTrue();
    }
    assertThat(kinds(server.durable()))
        .containsExactly("1 Boot", "2 Batch", "3 Shutdown", "4 Boot", "5 Batch", "6 Shutdown");
    assertThat(batches(server.durable()).get(0).bootId())
        .isNotEqualTo(batches(server.durable()).get(1).bootId());
  }

  private void awaitDurable(int count) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (server.durable().size() < count && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }
    assertThat(server.durable()).hasSizeGreaterThanOrEqualTo(count);
  }

  @Test
  void aServerThatNeverKnowsTheBootIsNotAskedForEver() throws Exception {
    try (SynClient client = client()) {
      client.settings(SETTINGS);
      client.sessionStarted(clock.now());
      awaitDurable(1);
      for (int i = 0; i < 2; i++) {
        server.next(m -> Optional.of(Acknowledgement.refused(Status.UNKNOWN_BOOT, 2, "no")));
        server.next(m -> Optional.empty());
      }
      clock.advance(1_000_000);
      assertThat(client.shutdown(clock.now()).get(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(server.durable().get(server.durable().size() - 1)).isInstanceOf(Shutdown.class);
  }
}
