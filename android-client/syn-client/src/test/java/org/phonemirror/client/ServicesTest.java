package org.phonemirror.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.client.queue.MessageQueue;
import org.phonemirror.client.queue.QueueLimits;
import org.phonemirror.client.repair.PhoneConditions;
import org.phonemirror.client.services.ClientServices;
import org.phonemirror.client.services.OrderException;
import org.phonemirror.client.services.Told;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Acknowledgement.Status;
import org.phonemirror.sync.Answer;
import org.phonemirror.sync.Ask;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.FileServices;
import org.phonemirror.sync.Limits;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;
import org.phonemirror.sync.SyncSettings;
import org.phonemirror.sync.delta.Signature;

/** Orders ride on batches, whatever happens; notices are told once. */
@Timeout(60)
class ServicesTest {
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final long INTERVAL_MICROS = 10_000_000;
  private static final long GRACE_MICROS = 300_000;
  private static final SyncSettings SETTINGS =
      new SyncSettings(URI.create("coaps://127.65.2.1:5684"), "p1", new byte[16], INTERVAL);

  @TempDir Path directory;
  private final TestClock clock = new TestClock(1_700_000_000_000_000L);
  private final ServerDouble server = new ServerDouble();
  private final BlockingQueue<Notice> notices = new LinkedBlockingQueue<>();
  private final List<Notice> seen = new CopyOnWriteArrayList<>();
  private final List<String> warnings = new CopyOnWriteArrayList<>();

  private SynClient client(String home) throws IOException {
    Files.createDirectories(directory.resolve("data"));
    Path state = directory.resolve(home);
    SynClientConfig config =
        new SynClientConfig(
            "m",
            directory.resolve("data"),
            state.resolve("rejected"),
            INTERVAL,
            Duration.ofNanos(GRACE_MICROS * 1000),
            new RetryPolicy(Duration.ofMillis(10), Duration.ofMillis(50)),
            PhoneConditions.METERED,
            directory.resolve("private"));
    return new SynClient(
        config,
        clock.phoneClock(),
        MessageQueue.open(state, QueueLimits.DEFAULT),
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
        });
  }

  /** What is on the medium now, as if the client were killed at this moment. */
  private String killed(String home, String copy) throws IOException {
    Path from = directory.resolve(home);
    try (Stream<Path> files = Files.walk(from)) {
      files.forEach(
          file -> {
            try {
              Files.copy(file, directory.resolve(copy).resolve(from.relativize(file).toString()));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
    return copy;
  }

  private static long give(SynClient client, int length) throws Exception {
    return client
        .services()
        .order(
            ClientServices.newId(),
            "download",
            List.of(
                new Field("action", "x".repeat(length / 2)),
                new Field("url", "y".repeat(length / 2))))
        .get(20, TimeUnit.SECONDS);
  }

  private List<Batch> batches() {
    return server.durable().stream()
        .filter(Batch.class::isInstance)
        .map(Batch.class::cast)
        .toList();
  }

  private static List<Long> ids(Batch batch) {
    return batch.orders().stream().map(Order::id).toList();
  }

  private Batch awaitBatch(int number) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (batches().size() <= number && System.nanoTime() < deadline) {
      Thread.sleep(10);
    }
    assertThat(batches()).hasSizeGreaterThan(number);
    return batches().get(number);
  }

  private void assertShutDown(SynClient client) throws Exception {
    assertThat(client.shutdown(clock.now()).get(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anOrderSurvivesTheClientUntilItIsInTheQueue() throws Exception {
    server.reachable(false);
    long id;
    String killed;
    try (SynClient client = client("a")) {
      client.sessionStarted(clock.now());
      id = give(client, 10);
      killed = killed("a", "b");
    }
    try (SynClient client = client(killed)) {
      client.sessionStarted(clock.now());
      clock.advance(1_000_000);
      client.shutdown(clock.now()).get(20, TimeUnit.SECONDS); // into the queue
    }
    server.reachable(true);
    try (SynClient client = client(killed)) {
      client.settings(SETTINGS);
      client.sessionStarted(clock.now());
      clock.advance(1_000_000);
      assertShutDown(client);
    }
    assertThat(batches()).extracting(ServicesTest::ids).containsExactly(List.of(id), List.of());
  }

  @Test
  void moreOrdersThanABatchTakesGoWithTheNextInTheirOrder() throws Exception {
    try (SynClient client = client("a")) {
      client.settings(SETTINGS);
      client.sessionStarted(clock.now());
      List<Long> given = new java.util.ArrayList<>();
      for (int i = 0; i < Limits.MAX_ORDERS + 3; i++) {
        given.add(give(client, 8000));
      }
      clock.advance(INTERVAL_MICROS + GRACE_MICROS);
      assertThat(ids(awaitBatch(0))).isEqualTo(given.subList(0, Limits.MAX_ORDERS));
      clock.advance(INTERVAL_MICROS);
      assertThat(ids(awaitBatch(1))).isEqualTo(given.subList(Limits.MAX_ORDERS, given.size()));
      assertShutDown(client);
    }
    assertThat(batches().get(batches().size() - 1).orders()).isEmpty();
  }

  @Test
  void answersTakeTheRoomThatOrdersLeave() throws Exception {
    Files.createDirectories(directory.resolve("data"));
    byte[] random = new byte[Limits.MAX_MESSAGE_BYTES];
    new java.util.Random(1).nextBytes(random);
    Path big = Files.write(directory.resolve("data/big"), random);
    for (Path settled : List.of(big, directory.resolve("data"))) {
      Files.setLastModifiedTime(settled, FileTime.fromMillis(1_600_000_000_000L));
    }
    // begun already, so that it does not wait for a better time
    server.next(
        m ->
            Optional.of(
                server.take(m).withAsks(List.of(new Ask.Fetch("big", Signature.none(4096))))));
    try (SynClient client = client("a")) {
      client.settings(
          new SyncSettings(
              SETTINGS.server(),
              "p1",
              new byte[16],
              INTERVAL,
              Limits.MAX_REPAIR_BUDGET,
              SETTINGS.scope(),
              FileServices.USUAL));
      client.sessionStarted(clock.now());
      assertThat(notices.poll(20, TimeUnit.SECONDS)).isNotNull(); // asked
      List<Long> given = new java.util.ArrayList<>();
      for (int i = 0; i < Limits.MAX_ORDERS; i++) {
        given.add(give(client, 8000));
      }
      clock.advance(1_000_000);
      assertShutDown(client);
      Batch batch = batches().get(0);
      assertThat(ids(batch)).isEqualTo(given);
      assertThat(batch.answers()).singleElement().isInstanceOf(Answer.Content.class);
      assertThat(SyncCodec.encode(batch).length)
          .isBetween(Limits.MAX_MESSAGE_BYTES / 2, Limits.MAX_MESSAGE_BYTES);
    }
  }

  @Test
  void anOrderRidesOnNoIntervalThatEndedBefore() throws Exception {
    try (SynClient client = client("a")) {
      client.settings(SETTINGS);
      client.sessionStarted(clock.now());
      long early = give(client, 10);
      clock.advance(INTERVAL_MICROS + GRACE_MICROS / 2);
      long late = give(client, 10); // the first interval is over, but not closed
      clock.advance(GRACE_MICROS);
      assertThat(ids(awaitBatch(0))).containsExactly(early);
      clock.advance(INTERVAL_MICROS);
      assertThat(ids(awaitBatch(1))).containsExactly(late);
      long future = give(client, 10);
      clock.jump(-3_600_000_000L); // set back: it must not wait an hour
      clock.advance(INTERVAL_MICROS + GRACE_MICROS);
      assertShutDown(client);
      assertThat(batches().subList(2, batches().size()).stream().flatMap(b -> b.orders().stream()))
          .extracting(Order::id)
          .containsExactly(future);
    }
  }

  @Test
  void ordersOfARefusedMessageRideOnTheNextAndAreGivenUpTheSecondTime() throws Exception {
    try (SynClient client = client("a")) {
      client.settings(SETTINGS);
      server.next(m -> Optional.empty()); // the boot
      server.next(m -> Optional.of(Acknowledgement.refused(Status.MALFORMED, 2, "no")));
      client.sessionStarted(clock.now());
      long id = give(client, 10);
      clock.advance(INTERVAL_MICROS + GRACE_MICROS);
      awaitWarning("MALFORMED");
      server.next(this::refuse);
      clock.advance(INTERVAL_MICROS);
      Notice failed = awaitNotice("order-failed");
      assertThat(failed.first("order")).contains("" + id);
      assertShutDown(client);
      assertThat(batches()).allMatch(batch -> batch.orders().isEmpty());
    }
  }

  private Optional<Acknowledgement> refuse(SyncMessage message) {
    assertThat(((Batch) message).orders()).hasSize(1);
    return Optional.of(Acknowledgement.refused(Status.MALFORMED, message.sequence(), "still no"));
  }

  private void awaitWarning(String text) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (warnings.stream().noneMatch(w -> w.contains(text)) && System.nanoTime() < deadline) {
      Thread.sleep(10);
    }
    assertThat(warnings).anyMatch(w -> w.contains(text));
  }

  private Notice awaitNotice(String topic) throws InterruptedException {
    for (; ; ) {
      Notice notice = notices.poll(20, TimeUnit.SECONDS);
      assertThat(notice).as(topic).isNotNull();
      seen.add(notice);
      if (notice.topic().equals(topic)) {
        return notice;
      }
    }
  }

  @Test
  void aNoticeThatComesTwiceIsToldOnce() throws Exception {
    Notice alert = new Notice("firewall-alert", "do not go there");
    for (int run = 0; run < 2; run++) {
      try (SynClient client = client("a")) {
        client.settings(SETTINGS);
        server.next(
            m -> Optional.of(server.take(m).withNotices(List.of(alert, new Notice("x", "" + m)))));
        client.sessionStarted(clock.now());
        awaitNotice("x");
        clock.advance(1_000_000);
        assertShutDown(client);
        assertThat(client.services().notices().get(20, TimeUnit.SECONDS))
            .extracting(Told::notice)
            .containsOnlyOnce(alert);
      }
    }
    notices.drainTo(seen);
    assertThat(seen).containsOnlyOnce(alert);
  }

  @Test
  void aFileIsSentAsItIsWhenItIsOrdered() throws Exception {
    Files.createDirectories(directory.resolve("data/files"));
    Path file = Files.write(directory.resolve("data/files/a b"), new byte[1000]);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_600_000_000_000L));
    try (SynClient client = client("a")) {
      client.settings(SETTINGS.withFiles(new FileServices(true, 1000, new byte[0])));
      ClientServices services = client.services();
      assertThat(services.sends(999).get()).isFalse();
      assertThat(services.sends(1000).get()).isTrue();
      client.sessionStarted(clock.now());
      long id =
          services
              .send(5, file, "Holiday", "see", List.of("mailto:a@b.test", "mms:+15550002"))
              .get(20, TimeUnit.SECONDS);
      Files.write(file, new byte[] {1});
      assertThat(services.send(5, file, "Holiday", "", List.of("mms:+1")).get()).isEqualTo(id);
      assertThatThrownBy(() -> services.send(6, file, "", "", List.of("nobody")).get())
          .hasMessageContaining("no recipient");
      assertThatThrownBy(
              () -> services.send(7, directory.resolve("x"), "", "", List.of("mms:+1")).get())
          .hasMessageContaining("not in user storage");
      client.settings(SETTINGS.withFiles(new FileServices(false, 0, new byte[0])));
      assertThat(services.sends(1L << 30).get()).isFalse();
      assertThatThrownBy(() -> services.send(8, file, "", "", List.of("mms:+1")).get())
          .hasMessageContaining("send it yourself");
      clock.advance(1_000_000);
      assertShutDown(client);
    }
    Order order = batches().get(0).orders().get(0);
    assertThat(batches().get(0).orders()).hasSize(1);
    assertThat(order.service()).isEqualTo("upload");
    assertThat(order.first("path")).contains("files/a b");
    assertThat(order.first("size")).contains("1000");
    assertThat(order.first("sha256"))
        .contains("541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53");
    assertThat(order.all("to")).containsExactly("mailto:a@b.test", "mms:+15550002");
  }

  @Test
  void aFreshFileIsSentWithTheIntervalInWhichItIsSettled() throws Exception {
    Files.createDirectories(directory.resolve("data"));
    try (SynClient client = client("a")) {
      client.settings(SETTINGS);
      client.sessionStarted(clock.now());
      clock.advance(INTERVAL_MICROS - 200_000);
      Path file = Files.write(directory.resolve("data/fresh"), new byte[10]);
      Files.setLastModifiedTime(file, FileTime.from(clock.now(), TimeUnit.MICROSECONDS));
      client.services().send(5, file, "", "", List.of("mms:+1")).get(20, TimeUnit.SECONDS);
      clock.advance(200_000 + GRACE_MICROS);
      assertThat(awaitBatch(0).orders()).isEmpty();
      clock.advance(INTERVAL_MICROS);
      assertThat(ids(awaitBatch(1))).containsExactly(5L);
      assertShutDown(client);
    }
  }

  @Test
  void whatHasNotLeftIsWithdrawnAndWhatHasIsCancelled() throws Exception {
    try (SynClient client = client("a")) {
      client.settings(SETTINGS);
      client.sessionStarted(clock.now());
      ClientServices services = client.services();
      services.get(1_111, "http://a.test/1", "").get(20, TimeUnit.SECONDS);
      services.get(2_222, "http://a.test/2", "").get(20, TimeUnit.SECONDS);
      services.cancel("111").get(20, TimeUnit.SECONDS);
      clock.advance(INTERVAL_MICROS + GRACE_MICROS);
      assertThat(ids(awaitBatch(0))).containsExactly(2_222L);
      services.cancel("222").get(20, TimeUnit.SECONDS);
      assertThatThrownBy(() -> services.cancel("333").get())
          .hasMessageContaining("333")
          .extracting(Throwable::getCause)
          .isInstanceOfSatisfying(
              OrderException.class,
              e -> assertThat(e.reason()).isEqualTo(OrderException.Reason.UNKNOWN_ORDER));
      clock.advance(INTERVAL_MICROS);
      Order cancel = awaitBatch(1).orders().get(0);
      assertThat(cancel.service()).isEqualTo("download");
      assertThat(cancel.first("action")).contains("cancel");
      assertThat(cancel.first("of")).contains("2222");
      assertShutDown(client);
    }
  }
}
