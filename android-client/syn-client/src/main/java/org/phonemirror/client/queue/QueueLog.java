package org.phonemirror.client.queue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.phonemirror.sync.Limits;

/**
 * A file that records are appended to. A record is its payload's length (4 bytes), its kind (1
 * byte), the payload, and the CRC-32 of kind and payload; numbers are big-endian.
 *
 * <p>A record that was being written when the device or the process stopped is found by its length
 * or checksum when the file is opened, and cut off with everything after it.
 */
final class QueueLog implements Closeable {
  /** Takes the records of a file that is being opened. */
  interface Reader {
    void record(byte kind, ByteBuffer payload, long payloadPosition) throws IOException;
  }

  private static final byte[] MAGIC = "SYNQUE01".getBytes(StandardCharsets.US_ASCII);
  private static final int OVERHEAD = 9;

  /** Where the first record is. */
  static final int HEADER_BYTES = MAGIC.length;

  /** Where in a record its payload is. */
  static final int PAYLOAD_OFFSET = 5;

  private final Path file;
  private FileChannel channel;
  private long length;
  private boolean damaged;

  private QueueLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Opens or makes the file and hands its records to the reader. */
  static QueueLog open(Path file, Reader reader) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    QueueLog log = new QueueLog(file, channel);
    try {
      log.recover(reader);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return log;
  }

  private void recover(Reader reader) throws IOException {
    long size = channel.size();
    byte[] magic = read(0, (int) Math.min(MAGIC.length, size));
    if (!Arrays.equals(magic, MAGIC)) {
      damaged = size > 0;
      if (damaged) {
        Files.copy(
            file,
            file.resolveSibling(file.getFileName() + ".damaged"),
            StandardCopyOption.REPLACE_EXISTING);
      }
      channel.truncate(0);
      writeFully(channel, ByteBuffer.wrap(MAGIC), 0);
      channel.force(true);
      length = MAGIC.length;
      return;
    }
    length = MAGIC.length;
    while (length < size) {
      long next = readRecord(reader, size);
      if (next < 0) {
        damaged = true;
        channel.truncate(length);
        channel.force(true);
        return;
      }
      length = next;
    }
  }

  /** The position after the record at the end of what was read; negative if it is torn. */
  private long readRecord(Reader reader, long size) throws IOException {
    if (size - length < OVERHEAD) {
      return -1;
    }
    int payloadLength = ByteBuffer.wrap(read(length, 4)).getInt();
    if (payloadLength < 0
        || payloadLength > Limits.MAX_MESSAGE_BYTES
        || payloadLength > size - length - OVERHEAD) {
      return -1;
    }
    byte[] body = read(length + 4, payloadLength + 5);
    if (ByteBuffer.wrap(body).getInt(payloadLength + 1) != crc(body, 0, payloadLength + 1)) {
      return -1;
    }
    ByteBuffer payload = ByteBuffer.wrap(body, 1, payloadLength).slice();
    reader.record(body[0], payload, length + PAYLOAD_OFFSET);
    return length + OVERHEAD + payloadLength;
  }

  /** True if something had to be cut off when the file was opened. */
  boolean damaged() {
    return damaged;
  }

  /** The file's length in bytes. */
  long length() {
    return length;
  }

  byte[] read(long position, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException(file + " ends before byte " + (position + count));
      }
    }
    return buffer.array();
  }

  /** One record as it is in the file. */
  static ByteBuffer record(byte kind, byte[] payload) {
    byte[] bytes = new byte[payload.length + OVERHEAD];
    ByteBuffer record = ByteBuffer.wrap(bytes);
    record.putInt(payload.length).put(kind).put(payload);
    record.putInt(crc(bytes, 4, payload.length + 1));
    return ByteBuffer.wrap(bytes);
  }

  private static int crc(byte[] bytes, int from, int count) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, count);
    return (int) crc.getValue();
  }

  /**
   * Appends records; on return they are on the medium if {@code sync} is set. After a failure the
   * file is as before.
   *
   * @return the position of the first record's payload
   */
  long append(boolean sync, ByteBuffer... records) throws IOException {
    long position = length;
    try {
      for (ByteBuffer record : records) {
        int bytes = record.remaining();
        writeFully(channel, record, position);
        position += bytes;
      }
      if (sync) {
        channel.force(false);
      }
    } catch (IOException e) {
      channel.truncate(length);
      throw new IOException("can't write to " + file + ": " + e.getMessage(), e);
    }
    long first = length + PAYLOAD_OFFSET;
    length = position;
    return first;
  }

  /** Replaces the whole content by these records, all or nothing. */
  void replace(Iterable<ByteBuffer> records) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    FileChannel out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    long position = MAGIC.length;
    try {
      writeFully(out, ByteBuffer.wrap(MAGIC), 0);
      for (ByteBuffer record : records) {
        int bytes = record.remaining();
        writeFully(out, record, position);
        position += bytes;
      }
      out.force(true);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      out.close();
      Files.deleteIfExists(fresh);
      throw new IOException("can't write " + fresh + ": " + e.getMessage(), e);
    }
    channel.close();
    channel = out;
    length = position;
    syncDirectory();
  }

  private void syncDirectory() throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      throw new NoSuchFileException(file.toString());
    }
    try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }

  private static void writeFully(FileChannel to, ByteBuffer bytes, long position)
      throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += to.write(bytes, at);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
