package org.phonemirror.client;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.StorageScope;
import org.phonemirror.sync.StorageTree;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Digests of the user storage. Programs go on while it is scanned, so that a file may vanish or be
 * replaced under the scanner: it then tries again. What can't be read at all is called unsettled as
 * a whole, which tells the server to compare nothing.
 *
 * <p>Nobody waits for large files: a digest reads no more than a few megabytes, and names files
 * beyond that as unsettled. They are read in the background, once, and are in a later digest. So
 * the first one after the phone was switched on may hold little of a large storage.
 */
final class DigestSource implements AutoCloseable {
  private interface Scan {
    StorageDigest run() throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(DigestSource.class);
  private static final int TRIES = 3;

  /** What is read at once for a batch; on a slow phone that takes a second. */
  static final long LIVE_BYTES = 4 << 20;

  /** What is read at once when the session has ended, and there is no later digest in it. */
  private static final long REST_BYTES = 16 << 20;

  private static final long CLOSE_MILLIS = 1_000;

  private final Path storage;
  private final StorageScanner.Memory memory = new StorageScanner.Memory();
  private final StorageScanner scanner;
  private final ExecutorService background;
  private final ContentReader reader;
  private final StorageWatch watch;

  /** The last digest, if nothing was being written then, and the watch's number before it. */
  private Optional<StorageDigest> settled = Optional.empty();

  private long settledChanges;
  private long room;

  /** Reads large files on a thread of its own. */
  DigestSource(Path storage, StorageWatch watch) {
    this(storage, watch, Executors.newSingleThreadExecutor(DigestSource::thread));
  }

  /** Has large files read by an executor, which is shut down with this. */
  DigestSource(Path storage, StorageWatch watch, ExecutorService background) {
    this.storage = storage;
    this.watch = watch;
    this.background = background;
    this.reader = new ContentReader(background);
    this.scanner = new StorageScanner(storage, StorageScope.ALL, memory);
    scanner.setLater(this::isLater);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "digest");
    thread.setDaemon(true);
    return thread;
  }

  private boolean isLater(String name, Path file, long size) {
    if (size <= room) {
      room -= size;
      return false;
    }
    reader.ask(name, file);
    return true;
  }

  /** Changes what counts as user storage. */
  void setScope(StorageScope scope) {
    scanner.setScope(scope);
    settled = Optional.empty();
  }

  /** What the last digest was made of, if it could be made. */
  StorageTree tree() {
    return scanner.tree();
  }

  /** The digest at a moment that has passed, in microseconds since the epoch. */
  StorageDigest live(long momentMicros) {
    long changes = watch.changes();
    if (changes != StorageWatch.UNKNOWN && changes == settledChanges && settled.isPresent()) {
      return settled.get();
    }
    StorageDigest digest = attempt(LIVE_BYTES, () -> scanner.scanLive(momentMicros));
    settled = Optional.of(digest).filter(made -> made.unsettled().isEmpty());
    settledChanges = changes;
    return digest;
  }

  /** The digest after the session's end, when nobody writes any more. */
  StorageDigest atRest() {
    return attempt(REST_BYTES, () -> scanner.scan(List.of()));
  }

  private StorageDigest attempt(long bytes, Scan scan) {
    room = bytes;
    reader.tell(memory);
    for (int i = 1; ; i++) {
      try {
        return scan.run();
      } catch (IOException | DirectoryIteratorException e) {
        if (i == TRIES) {
          LOG.warn(
              "user storage {} can't be read, the server won't compare: {}", storage, e.toString());
          return new StorageDigest(new byte[StorageDigest.ROOT_BYTES], 0, 0, List.of(""));
        }
      }
    }
  }

  /** Ends the reading. */
  @Override
  public void close() throws InterruptedException {
    background.shutdownNow();
    // no file is to be open when the storage is unmounted
    if (!background.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
      LOG.warn("a file of {} is still being read", storage);
    }
  }
}
