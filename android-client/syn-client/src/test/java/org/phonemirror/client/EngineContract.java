package org.phonemirror.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.Test;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Acknowledgement.Status;
import org.phonemirror.sync.Answer;
import org.phonemirror.sync.Ask;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.StorageScope;
import org.phonemirror.sync.SyncMessage;
import org.phonemirror.sync.SyncSettings;
import org.phonemirror.sync.delta.Signature;

/**
 * What a server can rely on, and a user, whatever the engine runs in: queue, digests, batches,
 * back-off and settings. Whoever puts the engine together passes it. By JUnit 4, which is what
 * Robolectric runs.
 */
public abstract class EngineContract {
  private static final long START = 1_700_000_000_000_000L;
  private static final long SECOND = 1_000_000;
  private static final long PATIENCE_SECONDS = 40;
  private static final Duration INTERVAL = Duration.ofMinutes(10);

  /** The phone's time; stands still unless a test moves it. */
  protected final TestClock clock = new TestClock(START);

  /** What the engine's channels lead to. */
  protected final ServerDouble server = new ServerDouble();

  /** The phone is set up, and the user's session begins. */
  protected abstract void begin(SyncSettings settings) throws Exception;

  /** Other settings come. */
  protected abstract void change(SyncSettings settings) throws Exception;

  /** The user's input is seen. */
  protected abstract void report(List<InputEvent> report);

  /** The phone wakes up; done when the server has everything. */
  protected abstract CompletableFuture<?> wake();

  /** The user's session ends; done when the server has everything. */
  protected abstract CompletableFuture<?> end();

  /** The process dies, and the next one goes on with the session, or begins one if that ended. */
  protected abstract void restart() throws Exception;

  /** The top directory of what is mirrored. */
  protected abstract Path storage();

  /** Where messages are kept that the server calls malformed. */
  protected abstract Path rejected();

  /** Does what the platform's main thread has to, while a test waits. */
  protected void idle() {}

  private static SyncSettings settings(Duration interval, String exclude) {
    return SyncSettings.parse(
        "server: coaps://127.60.7.1:5684\nidentity: p1\nkey: AAAAAAAAAAAAAAAAAAAAAA==\n"
            + ("interval: " + interval + "\nstorage-exclude: " + exclude + "\n"));
  }

  private static SyncSettings usual() {
    return settings(INTERVAL, "");
  }

  protected final void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      idle();
      if (condition.getAsBoolean()) {
        return;
      }
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  protected final void done(CompletableFuture<?> future) throws Exception {
    await(future::isDone);
    future.get();
  }

  private void press(int key) {
    report(List.of(new InputEvent(clock.now(), 0, InputEvent.EV_KEY, key, 1)));
  }

  /** Another interval passes, and is told. */
  private void interval() throws Exception {
    clock.advance(INTERVAL.toMillis() * 1000);
    clock.advance(SECOND);
    done(wake());
  }

  /** A file that was written long ago. */
  private void write(String name, String text) throws IOException {
    Path file = storage().resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, text.getBytes(UTF_8));
    for (Path path = file; path.startsWith(storage()); path = path.getParent()) {
      Files.setLastModifiedTime(path, FileTime.fromMillis(1_600_000_000_000L + text.length()));
    }
  }

  private StorageDigest stored(StorageScope scope) throws IOException {
    return new StorageScanner(storage(), scope).scan(List.of());
  }

  private List<String> kinds() {
    return server.durable().stream()
        .map(message -> message.sequence() + " " + message.getClass().getSimpleName())
        .toList();
  }

  private List<Batch> batches() {
    return batches(server.durable());
  }

  private static List<Batch> batches(List<SyncMessage> messages) {
    return messages.stream().filter(Batch.class::isInstance).map(Batch.class::cast).toList();
  }

  private static List<Integer> pressed(List<Batch> batches) {
    return batches.stream()
        .flatMap(batch -> batch.events().stream())
        .map(InputEvent::code)
        .toList();
  }

  @Test
  public void aSessionIsToldFromItsBootToItsShutdown() throws Exception {
    write("note", "hello");
    begin(usual());
    clock.advance(SECOND);
    press(30);
    clock.advance(SECOND);
    done(end());
    assertThat(kinds()).containsExactly("1 Boot", "2 Batch", "3 Shutdown");
    Boot boot = (Boot) server.durable().get(0);
    Batch batch = (Batch) server.durable().get(1);
    Shutdown end = (Shutdown) server.durable().get(2);
    assertThat(boot.timeMicros()).isEqualTo(START);
    assertThat(batch.bootId()).isEqualTo(boot.bootId());
    assertThat(batch.startMicros()).isEqualTo(START);
    assertThat(batch.lengthMicros()).isEqualTo(2 * SECOND);
    assertThat(pressed(batches())).containsExactly(30);
    assertThat(batch.lost()).isZero();
    assertThat(end.timeMicros()).isEqualTo(batch.endMicros());
    assertThat(end.digest()).isEqualTo(stored(StorageScope.ALL));
  }

  @Test
  public void eachIntervalIsOneBatchAndHasTheDigestOfTheStorage() throws Exception {
    write("note", "hello");
    begin(usual());
    for (int key = 30; key < 33; key++) {
      press(key);
      interval();
    }
    long end = START;
    for (Batch batch : batches()) {
      assertThat(batch.startMicros()).isEqualTo(end);
      assertThat(batch.lengthMicros()).isEqualTo(INTERVAL.toMillis() * 1000);
      assertThat(batch.events()).hasSize(1);
      assertThat(batch.digest()).isEqualTo(stored(StorageScope.ALL));
      end = batch.endMicros();
    }
    assertThat(pressed(batches())).containsExactly(30, 31, 32);

    write("films/new", "hello again"); // what watches the storage may tell a little later
    StorageDigest fresh = stored(StorageScope.ALL);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    do {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(20);
      interval();
    } while (!batches().get(batches().size() - 1).digest().equals(fresh));
  }

  @Test
  public void theRunningIntervalAndTheDigestGoByNewSettings() throws Exception {
    write("note", "hello");
    write("private/diary", "secret");
    begin(usual());
    change(settings(Duration.ofMinutes(1), "private"));
    done(wake()); // they are taken in
    clock.advance(61 * SECOND);
    done(wake());
    assertThat(kinds()).containsExactly("1 Boot", "2 Batch");
    Batch batch = batches().get(0);
    assertThat(batch.lengthMicros()).isEqualTo(60 * SECOND);
    assertThat(batch.digest()).isNotEqualTo(stored(StorageScope.ALL));
    assertThat(batch.digest()).isEqualTo(stored(StorageScope.parse("", "private")));
  }

  @Test
  public void whatTheServerAsksIsAnsweredInALaterBatch() throws Exception {
    write("note", "hello");
    List<Ask> asks = List.of(new Ask.Fetch("note", Signature.none(0)));
    server.next(message -> Optional.of(server.take(message).withAsks(asks)));
    begin(usual());
    done(wake());
    clock.advance(SECOND);
    done(end());
    assertThat(batches().get(0).answers())
        .singleElement()
        .isInstanceOfSatisfying(
            Answer.Content.class,
            content ->
                assertThat(content.delta().apply(new byte[0])).hasValue("hello".getBytes(UTF_8)));
  }

  @Test
  public void whileTheServerIsAwayAllWaitsInOrderEvenIfTheProcessDies() throws Exception {
    server.reachable(false);
    begin(usual());
    for (int key = 30; key < 33; key++) {
      press(key);
      clock.advance(INTERVAL.toMillis() * 1000 + SECOND);
      var unused = wake();
    }
    restart();
    assertThat(server.durable()).isEmpty();
    server.reachable(true);
    done(wake());
    done(end());
    List<SyncMessage> all = server.durable();
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).sequence()).isEqualTo(i + 1);
    }
    assertThat(all.get(0)).isInstanceOf(Boot.class);
    assertThat(all.get(all.size() - 1)).isInstanceOf(Shutdown.class);
    long end = START;
    for (Batch batch : batches()) {
      assertThat(batch.startMicros()).isEqualTo(end);
      end = batch.endMicros();
    }
    assertThat(pressed(batches())).containsExactly(30, 31, 32);
    assertThat(batches().stream().mapToLong(Batch::lost).sum())
        .as("of what came while no process was there")
        .isEqualTo(1);
  }

  @Test
  public void aServerWithoutRoomIsAskedAgain() throws Exception {
    server.next(message -> Optional.of(Acknowledgement.refused(Status.UNAVAILABLE, 1, "full")));
    begin(usual());
    await(() -> kinds().equals(List.of("1 Boot")));
  }

  @Test
  public void whoWakesItNeedNotWaitForTheNextTry() throws Exception {
    server.reachable(false);
    begin(usual());
    CompletableFuture<?> first = wake();
    CompletableFuture<?> second = wake();
    server.reachable(true);
    done(wake());
    done(first);
    done(second);
    assertThat(kinds()).containsExactly("1 Boot");
  }

  @Test
  public void anAnswerThatIsLostMakesNothingTwice() throws Exception {
    server.next(
        message -> {
          server.take(message);
          throw new IllegalStateException("lost");
        });
    server.next(message -> Optional.of(Acknowledgement.refused(Status.OUT_OF_ORDER, 2, "had it")));
    begin(usual());
    press(30);
    clock.advance(SECOND);
    done(end());
    assertThat(kinds()).containsExactly("1 Boot", "2 Batch", "3 Shutdown");
    assertThat(batches().get(0).lost()).isZero();
  }

  @Test
  public void aServerThatLostItsStateIsToldOfTheBootAgainAndOfTheGap() throws Exception {
    begin(usual());
    interval();
    assertThat(kinds()).containsExactly("1 Boot", "2 Batch");
    server.expect(1); // forgets numbers and boot
    server.next(message -> Optional.of(Acknowledgement.refused(Status.OUT_OF_ORDER, 1, "reset")));
    server.next(message -> Optional.of(Acknowledgement.refused(Status.UNKNOWN_BOOT, 1, "reset")));
    clock.advance(SECOND);
    done(end());
    List<SyncMessage> again = server.durable().subList(2, server.durable().size());
    assertThat(again.get(0)).isInstanceOf(Boot.class);
    assertThat(batches(again).get(0).lost()).isPositive();
    assertThat(again.get(again.size() - 1)).isInstanceOf(Shutdown.class);
    for (int i = 0; i < again.size(); i++) {
      assertThat(again.get(i).sequence()).isEqualTo(i + 1);
    }
  }

  @Test
  public void aPhoneThatWasResetGoesOnFromTheServersNumber() throws Exception {
    server.expect(57);
    server.next(message -> Optional.of(Acknowledgement.refused(Status.OUT_OF_ORDER, 57, "ahead")));
    begin(usual());
    press(30);
    clock.advance(SECOND);
    done(end());
    assertThat(kinds()).containsExactly("57 Boot", "58 Batch", "59 Shutdown");
    assertThat(pressed(batches())).containsExactly(30);
    assertThat(batches().get(0).lost()).isEqualTo(1);
  }

  @Test
  public void aRefusedMessageIsSetAsideAndCounted() throws Exception {
    server.next(message -> Optional.empty());
    server.next(message -> Optional.of(Acknowledgement.refused(Status.MALFORMED, 1, "bad")));
    begin(usual());
    press(30);
    clock.advance(SECOND);
    done(end());
    assertThat(kinds()).containsExactly("1 Boot", "2 Shutdown");
    assertThat(rejected()).isDirectoryContaining("glob:**.message");

    restart();
    press(31);
    clock.advance(SECOND);
    done(end());
    assertThat(kinds()).containsExactly("1 Boot", "2 Shutdown", "3 Boot", "4 Batch", "5 Shutdown");
    assertThat(pressed(batches())).containsExactly(31);
    assertThat(batches().get(0).lost()).isEqualTo(1);
  }

  @Test
  public void aSessionGoesOnInOneIntervalFromWhereItsProcessHasDied() throws Exception {
    begin(usual());
    done(wake());
    Boot boot = (Boot) server.durable().get(0);
    clock.advance(3 * INTERVAL.toMillis() * 1000);
    restart();
    done(end());
    assertThat(kinds()).containsExactly("1 Boot", "2 Batch", "3 Shutdown");
    Batch batch = batches().get(0);
    assertThat(batch.bootId()).isEqualTo(boot.bootId());
    assertThat(batch.startMicros()).isEqualTo(START);
    assertThat(batch.lengthMicros()).isEqualTo(3 * INTERVAL.toMillis() * 1000);
    assertThat(batch.lost()).isEqualTo(1);
  }
}
