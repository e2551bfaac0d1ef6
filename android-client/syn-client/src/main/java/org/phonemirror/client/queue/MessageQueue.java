package org.phonemirror.client.queue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.MalformedMessageException;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that the server has not acknowledged yet, oldest first. They are on the medium when
 * {@link #add} returns and survive the process and the device.
 *
 * <p>The queue numbers the messages, consecutively over the phone's life. What it has no place for,
 * or what a damaged file held, is not queued; how many events went with it is kept, too, and the
 * next batch tells the server ({@link Batch#lost}), which then compares storages in full.
 *
 * <p>Not safe for use by several threads; a lock file keeps other processes out.
 */
public final class MessageQueue implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(MessageQueue.class);
  private static final byte STATE = 1;
  private static final byte PUT = 2;
  private static final byte DROP = 3;
  private static final List<String> UNSETTLED = List.of("");
  private static final long SPARE_BYTES = 256 * 1024;

  private record Entry(long position, int length) {}

  private final QueueLimits limits;
  private final FileChannel lockFile;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private QueueLog log;
  private long bytes;
  private long nextSequence = 1;
  private long lost;

  private MessageQueue(QueueLimits limits, FileChannel lockFile) {
    this.limits = limits;
    this.lockFile = lockFile;
  }

  /**
   * Opens the queue in a directory, which is made if need be.
   *
   * @throws IOException if it can't be read or written, or another process has it open
   */
  public static MessageQueue open(Path directory, QueueLimits limits) throws IOException {
    Files.createDirectories(directory);
    FileChannel lockFile =
        FileChannel.open(
            directory.resolve("queue.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    MessageQueue queue = new MessageQueue(limits, lockFile);
    try {
      lock(lockFile, directory);
      queue.log = QueueLog.open(directory.resolve("queue.log"), queue::recovered);
      if (queue.log.damaged()) {
        LOG.warn("the queue in {} was damaged; what could not be read is lost", directory);
        queue.addLost(1);
      }
      return queue;
    } catch (IOException e) {
      lockFile.close();
      throw e;
    }
  }

  private static void lock(FileChannel lockFile, Path directory) throws IOException {
    FileLock lock;
    try {
      lock = lockFile.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new IOException("the queue in " + directory + " is in use; stop the other client");
    }
  }

  private void recovered(byte kind, ByteBuffer payload, long position) throws IOException {
    switch (kind) {
      case STATE -> {
        nextSequence = payload.getLong() + entries.size();
        lost = payload.getLong();
      }
      case PUT -> {
        entries.add(new Entry(position, payload.remaining()));
        bytes += payload.remaining();
        nextSequence++;
      }
      case DROP -> forgetHead();
      default -> throw new IOException("record of kind " + kind + " is of a newer version");
    }
  }

  /** How many messages wait. */
  public int size() {
    return entries.size();
  }

  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** The number that the next message gets. */
  public long nextSequence() {
    return nextSequence;
  }

  /** The number of the oldest message, or the next one's if none waits. */
  public long headSequence() {
    return nextSequence - entries.size();
  }

  /** How many events are known to be lost that no message tells of yet. */
  public long lost() {
    return lost;
  }

  /** Notes that events are lost; the next batch tells. */
  public void addLost(long events) throws IOException {
    long sum = Math.min(Integer.MAX_VALUE, lost + events);
    log.append(true, state(headSequence(), sum));
    lost = sum;
  }

  /**
   * Adds a message at the end; its own sequence number does not count.
   *
   * @return false if there is no place for it: its events are then counted as lost
   * @throws IOException if it can't be written; nothing has changed
   */
  public boolean add(SyncMessage message) throws IOException {
    boolean isBatch = message instanceof Batch;
    SyncMessage numbered =
        message instanceof Batch batch
            ? Renumber.withLost(nextSequence, lost, batch)
            : Renumber.to(nextSequence, message);
    byte[] encoded = encode(numbered);
    int places = isBatch ? limits.messages() - limits.reserve() : limits.messages();
    if (entries.size() >= places || (isBatch && bytes + encoded.length > limits.bytes())) {
      addLost(lostWith(message));
      return false;
    }
    ByteBuffer put = QueueLog.record(PUT, encoded);
    long position;
    if (isBatch && lost > 0) {
      position = log.append(true, put, state(headSequence(), 0));
      lost = 0;
    } else {
      position = log.append(true, put);
    }
    entries.add(new Entry(position, encoded.length));
    bytes += encoded.length;
    nextSequence++;
    return true;
  }

  /** How many events go with a message, at least 1, since the server must notice. */
  public static long lostWith(SyncMessage message) {
    return message instanceof Batch batch ? Math.max(1, batch.events().size() + batch.lost()) : 1;
  }

  private static byte[] encode(SyncMessage message) throws IOException {
    try {
      return SyncCodec.encode(message);
    } catch (IllegalArgumentException tooLong) {
      if (message instanceof Batch batch && !batch.answers().isEmpty()) {
        return encode(batch.withAnswers(List.of())); // the server asks again
      }
      if (message instanceof Batch batch && !batch.digest().unsettled().equals(UNSETTLED)) {
        // names of unsettled paths can be that long: call the whole tree unsettled
        StorageDigest digest =
            new StorageDigest(new byte[StorageDigest.ROOT_BYTES], 0, 0, UNSETTLED);
        return encode(
            new Batch(
                    batch.sequence(),
                    batch.bootId(),
                    batch.startMicros(),
                    batch.lengthMicros(),
                    batch.events(),
                    batch.lost(),
                    digest)
                .withOrders(batch.orders()));
      }
      throw new IOException("message can't be encoded: " + tooLong.getMessage(), tooLong);
    }
  }

  /**
   * The oldest message, as it goes to the server.
   *
   * @throws NoSuchElementException if none waits
   */
  public byte[] head() throws IOException {
    Entry head = entries.getFirst();
    return log.read(head.position, head.length);
  }

  /** Removes the oldest message. */
  public void removeHead() throws IOException {
    entries.getFirst();
    log.append(false, QueueLog.record(DROP, new byte[0]));
    forgetHead();
    if (log.length() > SPARE_BYTES && log.length() > 2 * bytes) {
      compact();
    }
  }

  private void forgetHead() {
    bytes -= entries.removeFirst().length;
  }

  /**
   * Gives the waiting messages new numbers, from {@code first} on, after {@code boot} if one is
   * given, and tells the server of what was lost with the first batch among them.
   */
  public void renumber(long first, List<Boot> boot, long alsoLost) throws IOException {
    List<SyncMessage> messages = new ArrayList<>(boot);
    for (Entry entry : entries) {
      messages.add(decode(log.read(entry.position, entry.length)));
    }
    long untold = Math.min(Integer.MAX_VALUE, lost + alsoLost);
    List<byte[]> encoded = new ArrayList<>();
    for (SyncMessage message : messages) {
      long sequence = first + encoded.size();
      if (message instanceof Batch batch) {
        encoded.add(encode(Renumber.withLost(sequence, untold, batch)));
        untold = 0;
      } else {
        encoded.add(encode(Renumber.to(sequence, message)));
      }
    }
    replaceAll(first, untold, encoded);
  }

  private static SyncMessage decode(byte[] encoded) throws IOException {
    try {
      return SyncCodec.decode(encoded);
    } catch (MalformedMessageException e) {
      throw new IOException("the queue holds a message that can't be read: " + e.getMessage(), e);
    }
  }

  private void compact() throws IOException {
    List<byte[]> encoded = new ArrayList<>();
    for (Entry entry : entries) {
      encoded.add(log.read(entry.position, entry.length));
    }
    replaceAll(headSequence(), lost, encoded);
  }

  private void replaceAll(long first, long lostAfter, List<byte[]> encoded) throws IOException {
    List<ByteBuffer> records = new ArrayList<>();
    List<Entry> fresh = new ArrayList<>();
    records.add(state(first, lostAfter));
    long position = (long) QueueLog.HEADER_BYTES + records.get(0).remaining();
    long freshBytes = 0;
    for (byte[] message : encoded) {
      ByteBuffer record = QueueLog.record(PUT, message);
      fresh.add(new Entry(position + QueueLog.PAYLOAD_OFFSET, message.length));
      position += record.remaining();
      freshBytes += message.length;
      records.add(record);
    }
    log.replace(records);
    entries.clear();
    entries.addAll(fresh);
    bytes = freshBytes;
    lost = lostAfter;
    nextSequence = first + encoded.size();
  }

  private static ByteBuffer state(long headSequence, long lost) {
    byte[] payload = new byte[16];
    ByteBuffer.wrap(payload).putLong(headSequence).putLong(lost);
    return QueueLog.record(STATE, payload);
  }

  @Override
  public void close() throws IOException {
    try {
      log.close();
    } finally {
      lockFile.close();
    }
  }
}
