package org.phonemirror.client;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import org.phonemirror.sync.Answer;
import org.phonemirror.sync.Ask;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.SyncMessage;
import org.phonemirror.sync.SyncSettings;
import org.phonemirror.sync.delta.Signature;

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

  private volatile long reached;

  private SynClient client() throws IOException {
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

          @Override
          public void reached(long bootId, long endMicros) {
            reached = endMicros;
          }
        });
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
  void tellsOfASessionFromBootToShutdown() throws Exception {
    Files.createDirectories(directory.resolve("data"));
    Files.writeString(directory.resolve("data/note"), "hello");
    long start = clock.now();
    try (SynClient client = client()) {
      client.settings(SETTINGS);
      assertThat(session(client, 30)).isTrue();
    }
    assertThat(kinds(server.durable())).containsExactly("1 Boot", "2 Batch", "3 Shutdown");
    Boot boot = (Boot) server.durable().get(0);
    Batch batch = (Batch) server.durable().get(1);
    Shutdown end = (Shutdown) server.durable().get(2);
    assertThat(boot.timeMicros()).isEqualTo(start);
    assertThat(batch.startMicros()).isEqualTo(start);
    assertThat(batch.lengthMicros()).isEqualTo(2_000_000);
    assertThat(batch.events()).extracting(InputEvent::code).containsExactly(30);
    assertThat(end.timeMicros()).isEqualTo(batch.endMicros());
    assertThat(end.digest())
        .isEqualTo(new StorageScanner(directory.resolve("data")).scan(List.of()));
    assertThat(notices).extracting(Notice::text).containsExactly("1", "2", "3");
    assertThat(warnings).isEmpty();
  }

  @Test
  void whatTheServerAsksIsAnsweredInALaterBatch() throws Exception {
    Files.createDirectories(directory.resolve("data"));
    Path note = Files.writeString(directory.resolve("data/note"), "hello");
    for (Path settled : List.of(note, directory.resolve("data"))) {
      Files.setLastModifiedTime(settled, FileTime.fromMillis(1_600_000_000_000L));
    }
    server.next(
        m ->
            Optional.of(
                server.take(m).withAsks(List.of(new Ask.Fetch("note", Signature.none(0))))));
    try (SynClient client = client()) {
      client.settings(SETTINGS);
      client.sessionStarted(clock.now());
      awaitNotice();
      clock.advance(1_000_000);
      assertThat(client.shutdown(clock.now()).get(20, TimeUnit.SECONDS)).isTrue();
    }
    Batch batch = batches(server.durable()).get(0);
    assertThat(batch.answers())
        .singleElement()
        .isInstanceOfSatisfying(
            Answer.Content.class,
            content ->
                assertThat(content.delta().apply(new byte[0])).hasValue("hello".getBytes(UTF_8)));
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

  @Test
  void triesAgainUntilTheServerIsReachedAndHasRoom() throws Exception {
    server.reachable(false);
    try (SynClient client = client()) {
      client.settings(SETTINGS);
      client.sessionStarted(clock.now());
      server.next(m -> Optional.of(Acknowledgement.refused(Status.UNAVAILABLE, 1, "full")));
      server.next(
          m -> {
            server.take(m);
            throw new IllegalStateException("durable, but the answer gets lost");
          });
      server.reachable(true);
      clock.advance(1_000_000);
      assertThat(client.shutdown(clock.now()).get(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(kinds(server.durable())).containsExactly("1 Boot", "2 Batch", "3 Shutdown");
    assertThat(batches(server.durable()).get(0).lost()).isZero();
  }

  @Test
  void dropsWhatTheServerHasAlready() throws Exception {
    try (SynClient client = client()) {
      client.settings(SETTINGS);
      // the answer is lost, and the server then says where it is instead of accepting again
      server.next(
          m -> {
            server.take(m);
            throw new IllegalStateException("lost");
          });
      server.next(m -> Optional.of(Acknowledgement.refused(Status.OUT_OF_ORDER, 2, "had it")));
      assertThat(session(client, 30)).isTrue();
    }
    assertThat(kinds(server.durable())).containsExactly("1 Boot", "2 Batch", "3 Shutdown");
    assertThat(batches(server.durable()).get(0).lost()).isZero();
    assertThat(warnings).isEmpty();
  }

  @Test
  void aServerThatLostItsStateIsToldOfTheBootAgainAndOfTheGap() throws Exception {
    try (SynClient client = client()) {
      client.settings(SETTINGS);
      client.sessionStarted(clock.now());
      clock.advance(1_000_000);
      client.interval(Duration.ofSeconds(1));
      clock.advance(1_000_000);
      awaitDurable(2);
      server.expect(1); // forgets numbers and boot
      server.next(m -> Optional.of(Acknowledgement.refused(Status.OUT_OF_ORDER, 1, "reset")));
      server.next(m -> Optional.of(Acknowledgement.refused(Status.UNKNOWN_BOOT, 1, "reset")));
      clock.advance(500_000);
      assertThat(client.shutdown(clock.now()).get(20, TimeUnit.SECONDS)).isTrue();
    }
    List<SyncMessage> again = server.durable().subList(2, server.durable().size());
    assertThat(again.get(0)).isInstanceOf(Boot.class).matches(m -> m.sequence() == 1);
    assertThat(batches(again).get(0).lost()).isPositive();
    assertThat(again.get(again.size() - 1)).isInstanceOf(Shutdown.class);
    for (int i = 0; i < again.size(); i++) {
      assertThat(again.get(i).sequence()).isEqualTo(i + 1);
    }
  }

  private void awaitDurable(int count) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (server.durable().size() < count && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }
    assertThat(server.durable()).hasSizeGreaterThanOrEqualTo(count);
  }

  /** The first acknowledgement has been taken in. */
  private void awaitNotice() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (notices.isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }
    assertThat(notices).isNotEmpty();
  }

  @Test
  void aPhoneThatWasResetGoesOnFromTheServersNumber() throws Exception {
    server.expect(57);
    server.next(m -> Optional.of(Acknowledgement.refused(Status.OUT_OF_ORDER, 57, "far ahead")));
    try (SynClient client = client()) {
      client.settings(SETTINGS);
      assertThat(session(client, 30)).isTrue();
    }
    assertThat(kinds(server.durable())).containsExactly("57 Boot", "58 Batch", "59 Shutdown");
    assertThat(batches(server.durable()).get(0).events()).hasSize(1);
    assertThat(batches(server.durable()).get(0).lost()).isEqualTo(1);
  }

  @Test
  void aRefusedMessageIsSetAsideAndCounted() throws Exception {
    try (SynClient client = client()) {
      client.settings(SETTINGS);
      server.next(m -> Optional.empty());
      server.next(m -> Optional.of(Acknowledgement.refused(Status.MALFORMED, 1, "bad")));
      assertThat(session(client, 30)).isTrue();
    }
    assertThat(kinds(server.durable())).containsExactly("1 Boot", "2 Shutdown");
    assertThat(directory.resolve("rejected")).isDirectoryContaining("glob:**.message");
    assertThat(warnings).singleElement().asString().contains("MALFORMED bad");
    try (SynClient client = client()) {
      client.settings(SETTINGS);
      assertThat(session(client, 31)).isTrue();
    }
    assertThat(batches(server.durable()).get(0).lost()).isEqualTo(1);
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

  @Test
  void closedWithoutAShutdownItKeepsWhatWasNotSent() throws Exception {
    server.reachable(false);
    try (SynClient client = client()) {
      client.settings(SETTINGS);
      client.sessionStarted(clock.now());
    }
    server.reachable(true);
    try (SynClient client = client()) {
      client.settings(SETTINGS);
      awaitDurable(1);
    }
    assertThat(kinds(server.durable())).containsExactly("1 Boot");
  }

  @Test
  void aSessionGoesOnInOneIntervalFromWhereItsProcessHasDied() throws Exception {
    try (SynClient client = client()) {
      client.settings(SETTINGS);
      client.sessionStarted(clock.now());
      awaitDurable(1);
    }
    Boot boot = (Boot) server.durable().get(0);
    assertThat(reached).isEqualTo(boot.timeMicros());
    clock.advance(1_800_000_000L);
    try (SynClient client = client()) {
      client.settings(SETTINGS);
      client.sessionResumed(boot.bootId(), reached);
      assertThat(client.shutdown(clock.now()).get(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(kinds(server.durable())).containsExactly("1 Boot", "2 Batch", "3 Shutdown");
    Batch batch = batches(server.durable()).get(0);
    assertThat(batch.bootId()).isEqualTo(boot.bootId());
    assertThat(batch.startMicros()).isEqualTo(boot.timeMicros());
    assertThat(batch.lengthMicros()).isEqualTo(1_800_000_000L);
    assertThat(batch.lost()).isEqualTo(1);
  }

  @Test
  void whoWakesItNeedNotWaitForTheNextTry() throws Exception {
    server.reachable(false);
    try (SynClient client = client()) {
      client.settings(SETTINGS);
      client.sessionStarted(clock.now());
      var first = client.wake();
      var second = client.wake();
      server.reachable(true);
      assertThat(client.wake().get(20, TimeUnit.SECONDS)).isTrue();
      assertThat(first.get(20, TimeUnit.SECONDS)).isTrue();
      assertThat(second.get(20, TimeUnit.SECONDS)).isTrue();
      assertThat(client.untilNext()).isGreaterThan(Duration.ofMinutes(9));
    }
    assertThat(kinds(server.durable())).containsExactly("1 Boot");
  }
}
