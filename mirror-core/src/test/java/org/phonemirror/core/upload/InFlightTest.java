package org.phonemirror.core.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.core.upload.UploadWorld.ALICE;
import static org.phonemirror.core.upload.UploadWorld.cancel;
import static org.phonemirror.core.upload.UploadWorld.send;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is cancelled or removed while it is being sent. */
class InFlightTest {
  private static final String BOB = "mailto:bob@mail.example";
  private static final int SIZE = 5_000;

  @TempDir Path directory;
  private UploadWorld world;
  private final Slow slow = new Slow();

  /** Reads some of a file, waits for a word, and reads the rest. */
  private static final class Slow implements Carrier {
    private final CountDownLatch underWay = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final List<String> arrived = new CopyOnWriteArrayList<>();
    private volatile int before = SIZE / 2;

    @Override
    public Outcome bring(Parcel parcel) throws Parcel.RecalledException {
      try (InputStream in = parcel.open()) {
        assertThat(in.readNBytes(before)).hasSize(before);
        underWay.countDown();
        assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(in.readNBytes(SIZE - before)).hasSize(SIZE - before);
        arrived.add(parcel.recipient().uri());
        return new Outcome.Sent();
      } catch (Parcel.RecalledException e) {
        throw e;
      } catch (IOException | InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @BeforeEach
  void open() throws Exception {
    world = new UploadWorld(directory);
    world.carriers.put(Recipient.Kind.MAIL, slow);
    world.open();
  }

  @AfterEach
  void close() {
    slow.goOn.countDown();
    world.close();
  }

  private void begin() throws Exception {
    world.settle(ALICE, send(1, "p", world.write(ALICE, "p", SIZE), BOB));
    assertThat(slow.underWay.await(60, TimeUnit.SECONDS)).isTrue();
  }

  private void end() {
    slow.goOn.countDown();
    UploadWorld.await(() -> world.service().stats().sending() == 0, () -> "still sending");
    UploadWorld.await(() -> world.service().stats().files() == 0, () -> "still a file");
  }

  @Test
  void inTheMiddleOfItsFileAMessageCanBeCancelled() throws Exception {
    begin();
    world.settle(ALICE, cancel(2, 1));
    end();
    world.awaitNotices(1);
    assertThat(world.told("upload-cancelled")).containsExactly("1 -");
    assertThat(slow.arrived).isEmpty();
    assertThat(world.service().stats().cancelled()).isEqualTo(1);
  }

  @Test
  void whenItHasLeftItCannot() throws Exception {
    slow.before = SIZE;
    begin();
    world.settle(ALICE, cancel(2, 1));
    end();
    world.awaitNotices(2);
    assertThat(world.told("upload-failed")).containsExactly("2 - too-late");
    assertThat(world.told("upload-sent")).containsExactly("1 " + BOB);
    assertThat(slow.arrived).containsExactly(BOB);
  }

  @Test
  void withItsMirrorItIsGone() throws Exception {
    begin();
    world.service().removed(ALICE);
    end();
    assertThat(slow.arrived).isEmpty();
    assertThat(world.notices).isEmpty();
  }

  @Test
  void aServerThatIsStoppedSendsItAfterTheNextStart() throws Exception {
    begin();
    Thread stop = new Thread(() -> world.service().close());
    stop.start();
    // the stop waits for what is being sent, which finds that it is recalled
    UploadWorld.await(
        () ->
            stop.getState() == Thread.State.TIMED_WAITING
                || stop.getState() == Thread.State.TERMINATED,
        () -> "not stopping");
    slow.goOn.countDown();
    stop.join();
    world.open();
    world.awaitNotices(1);
    assertThat(world.told("upload-sent")).containsExactly("1 " + BOB);
  }
}
