package org.phonemirror.core.download.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;
import org.phonemirror.core.download.fetch.Partial;

/**
 * A file that is being fetched. What was synced of it is noted in the database, and only that
 * counts after a crash: beyond it a file system may show zeros.
 */
public final class PartialFile implements Partial, Closeable {
  private static final long SYNC_BYTES = 1 << 20;

  private final ContentStore store;
  private final ContentFiles files;
  private final long fetch;
  private final FileChannel channel;
  private long length;
  private long safe;
  private long admitted;
  private Optional<String> validator;
  private OptionalLong total;

  PartialFile(ContentStore store, ContentFiles files, Fetch fetch) throws IOException {
    this.store = store;
    this.files = files;
    this.fetch = fetch.id();
    this.validator = fetch.validator();
    this.total = fetch.total();
    channel =
        FileChannel.open(
            path(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    long there = channel.size();
    length = there >= fetch.safe() ? fetch.safe() : 0;
    safe = length;
    channel.truncate(length);
    channel.position(length);
    files.grown(length - there);
  }

  Path path() {
    return files.partial(fetch);
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public Optional<String> validator() {
    return validator;
  }

  @Override
  public OptionalLong total() {
    return total;
  }

  @Override
  public void begin(Optional<String> newValidator, OptionalLong newTotal) throws IOException {
    files.grown(-length);
    channel.truncate(0);
    length = 0;
    safe = 0;
    validator = newValidator;
    total = newTotal;
    store.begun(fetch, newValidator, newTotal);
    if (newTotal.isPresent()) {
      admit(newTotal.getAsLong());
      files.requireRoom(newTotal.getAsLong());
    }
  }

  private void admit(long size) throws IOException {
    if (size > admitted) {
      admitted = store.admit(fetch, size);
    }
  }

  @Override
  public void append(byte[] data, int count) throws IOException {
    admit(length + count);
    files.requireRoom(count);
    ByteBuffer buffer = ByteBuffer.wrap(data, 0, count);
    try {
      while (buffer.hasRemaining()) {
        int written = channel.write(buffer);
        length += written;
        files.grown(written);
      }
      if (length - safe >= SYNC_BYTES) {
        sync();
      }
    } catch (IOException e) {
      throw ContentFiles.explain(e);
    }
  }

  /** What is there survives a crash. */
  void sync() throws IOException {
    if (safe != length) {
      channel.force(true);
      store.safe(fetch, length);
      safe = length;
    }
  }

  /** Ends the use of the file; what is there of it may be gone on with. */
  @Override
  public void close() throws IOException {
    try {
      sync();
    } finally {
      channel.close();
    }
  }
}
