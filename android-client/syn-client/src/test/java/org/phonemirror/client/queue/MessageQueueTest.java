package org.phonemirror.client.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;

class MessageQueueTest {
  private static final StorageDigest DIGEST =
      new StorageDigest(new byte[StorageDigest.ROOT_BYTES], 0, 0, List.of());

  @TempDir Path directory;

  private MessageQueue open() throws IOException {
    return MessageQueue.open(directory, QueueLimits.DEFAULT);
  }

  private static Batch batch(int events) {
    List<InputEvent> keys = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      keys.add(new InputEvent(1000 + i, 0, InputEvent.EV_KEY, 30, 1));
    }
    return new Batch(1, 7, 1000, 1_000_000, keys, 0, DIGEST);
  }

  private static Boot boot() {
    return new Boot(1, 7, 1000, "m");
  }

  private static List<SyncMessage> drain(MessageQueue queue) throws Exception {
    List<SyncMessage> messages = new ArrayList<>();
    while (!queue.isEmpty()) {
      messages.add(SyncCodec.decode(queue.head()));
      queue.removeHead();
    }
    return messages;
  }

  @Test
  void numbersOnAcrossRestarts() throws Exception {
    try (MessageQueue queue = open()) {
      queue.add(boot());
      queue.add(batch(2));
      queue.removeHead();
    }
    try (MessageQueue queue = open()) {
      assertThat(queue.headSequence()).isEqualTo(2);
      queue.add(new Shutdown(1, 7, 5000, DIGEST));
      assertThat(drain(queue)).extracting(SyncMessage::sequence).containsExactly(2L, 3L);
    }
    try (MessageQueue queue = open()) {
      assertThat(queue.isEmpty()).isTrue();
      assertThat(queue.nextSequence()).isEqualTo(4);
    }
  }

  /** A kill at any moment leaves a prefix of the file: whatever its length, it must open. */
  @Test
  void survivesATornTailOfAnyLength() throws Exception {
    try (MessageQueue queue = open()) {
      queue.add(boot());
      queue.add(batch(3));
      queue.removeHead();
      queue.add(batch(4));
    }
    Path log = directory.resolve("queue.log");
    byte[] whole = Files.readAllBytes(log);
    for (int length = whole.length; length >= 0; length--) {
      Files.write(log, Arrays.copyOf(whole, length));
      try (MessageQueue queue = open()) {
        long next = queue.nextSequence();
        List<Long> numbers = new ArrayList<>();
        boolean torn = queue.lost() > 0;
        queue.add(batch(1));
        List<SyncMessage> messages = drain(queue);
        messages.forEach(message -> numbers.add(message.sequence()));
        Batch last = (Batch) messages.get(messages.size() - 1);
        assertThat(last.sequence()).isEqualTo(next);
        assertThat(last.lost()).isEqualTo(torn ? 1 : 0);
        assertThat(numbers).isSorted();
        if (length == whole.length) {
          assertThat(numbers).containsExactly(2L, 3L, 4L);
          assertThat(torn).isFalse();
        }
      }
    }
  }

  @Test
  void aFlippedBitIsFoundAndToldToTheServer() throws Exception {
    try (MessageQueue queue = open()) {
      queue.add(boot());
      queue.add(batch(3));
    }
    Path log = directory.resolve("queue.log");
    byte[] bytes = Files.readAllBytes(log);
    bytes[bytes.length - 10] ^= 4;
    Files.write(log, bytes);
    try (MessageQueue queue = open()) {
      assertThat(queue.size()).isEqualTo(1);
      queue.add(batch(1));
      assertThat(drain(queue).get(1))
          .isInstanceOfSatisfying(Batch.class, batch -> assertThat(batch.lost()).isEqualTo(1));
    }
  }

  @Test
  void aFileThatIsNoQueueIsKeptAside() throws Exception {
    Files.writeString(directory.resolve("queue.log"), "something else");
    try (MessageQueue queue = open()) {
      assertThat(queue.isEmpty()).isTrue();
      assertThat(queue.lost()).isEqualTo(1);
    }
    assertThat(directory.resolve("queue.log.damaged")).hasContent("something else");
  }

  @Test
  void whenFullItCountsWhatItDropsAndStillTakesTheSessionsEnd() throws Exception {
    QueueLimits small = new QueueLimits(5, 100_000, 2);
    try (MessageQueue queue = MessageQueue.open(directory, small)) {
      assertThat(queue.add(boot())).isTrue();
      assertThat(queue.add(batch(1))).isTrue();
      assertThat(queue.add(batch(1))).isTrue();
      assertThat(queue.add(batch(5))).isFalse();
      assertThat(queue.add(batch(0))).isFalse();
      assertThat(queue.add(new Shutdown(1, 7, 5000, DIGEST))).isTrue();
      assertThat(queue.add(boot())).isTrue();
    }
    try (MessageQueue queue = MessageQueue.open(directory, small)) {
      assertThat(queue.lost()).isEqualTo(6);
      queue.removeHead();
      queue.removeHead();
      queue.removeHead();
      assertThat(queue.add(batch(1))).isTrue();
      List<SyncMessage> messages = drain(queue);
      assertThat(messages).extracting(SyncMessage::sequence).containsExactly(4L, 5L, 6L);
      assertThat(((Batch) messages.get(2)).lost()).isEqualTo(6);
      assertThat(queue.lost()).isZero();
    }
  }

  @Test
  void bytesAreLimitedToo() throws Exception {
    try (MessageQueue queue = MessageQueue.open(directory, new QueueLimits(100, 300, 2))) {
      int taken = 0;
      while (queue.add(batch(10))) {
        taken++;
      }
      assertThat(taken).isBetween(1, 10);
      assertThat(queue.add(new Shutdown(1, 7, 5000, DIGEST))).isTrue();
    }
  }

  @Test
  void renumbersAfterAnInsertedBootAndTellsOfTheGap() throws Exception {
    try (MessageQueue queue = open()) {
      queue.add(batch(1));
      queue.add(batch(2));
      queue.renumber(40, List.of(boot()), 1);
    }
    try (MessageQueue queue = open()) {
      assertThat(queue.headSequence()).isEqualTo(40);
      List<SyncMessage> messages = drain(queue);
      assertThat(messages).extracting(SyncMessage::sequence).containsExactly(40L, 41L, 42L);
      assertThat(messages.get(0)).isInstanceOf(Boot.class);
      assertThat(((Batch) messages.get(1)).lost()).isEqualTo(1);
      assertThat(((Batch) messages.get(2)).lost()).isZero();
    }
  }

  @Test
  void theFileDoesNotGrowWithWhatHasBeenSent() throws Exception {
    try (MessageQueue queue = open()) {
      for (int i = 0; i < 300; i++) {
        queue.add(batch(2000));
        queue.removeHead();
      }
      assertThat(queue.nextSequence()).isEqualTo(301);
      assertThat(Files.size(directory.resolve("queue.log"))).isLessThan(300 * 1024);
    }
  }

  @Test
  void aSecondClientIsKeptOut() throws Exception {
    try (MessageQueue queue = open()) {
      assertThat(queue.isEmpty()).isTrue();
      assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("in use");
    }
  }

  @Test
  void namesOfUnsettledPathsThatFillAMessageAreReplacedByTheWholeTree() throws Exception {
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      paths.add(("p" + (char) ('0' + i % 10)).repeat(2048));
    }
    StorageDigest digest = new StorageDigest(new byte[StorageDigest.ROOT_BYTES], 9, 9, paths);
    List<InputEvent> events = new ArrayList<>();
    for (int i = 0; i < 4000; i++) {
      events.add(new InputEvent(1000 + i * 77L, 1, InputEvent.EV_ABS, i & 1, i * 7919));
    }
    try (MessageQueue queue = open()) {
      assertThat(queue.add(new Batch(1, 7, 1000, 1_000_000, events, 0, digest))).isTrue();
      Batch queued = (Batch) SyncCodec.decode(queue.head());
      assertThat(queued.events()).isEqualTo(events);
      assertThat(queued.digest().unsettled()).containsExactly("");
    }
  }

  @Test
  void recordsWrittenAfterATornTailAreReadAgain() throws Exception {
    try (MessageQueue queue = open()) {
      queue.add(batch(1));
    }
    Files.write(directory.resolve("queue.log"), new byte[] {0, 0, 1}, StandardOpenOption.APPEND);
    try (MessageQueue queue = open()) {
      queue.add(batch(2));
    }
    try (MessageQueue queue = open()) {
      assertThat(queue.size()).isEqualTo(2);
    }
  }
}
