package org.phonemirror.client;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
 */
final class DigestSource {
  private interface Scan {
    StorageDigest run() throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(DigestSource.class);
  private static final int TRIES = 3;

  private final Path storage;
  private final StorageScanner scanner;
  private final StorageWatch watch;

  /** The last digest, if nothing was being written then, and the watch's number before it. */
  private Optional<StorageDigest> settled = Optional.empty();

  private long settledChanges;

  DigestSource(Path storage, StorageWatch watch) {
    this.storage = storage;
    this.scanner = new StorageScanner(storage);
    this.watch = watch;
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
    StorageDigest digest = attempt(() -> scanner.scanLive(momentMicros));
    settled = Optional.of(digest).filter(made -> made.unsettled().isEmpty());
    settledChanges = changes;
    return digest;
  }

  /** The digest after the session's end, when nobody writes any more. */
  StorageDigest atRest() {
    return attempt(() -> scanner.scan(List.of()));
  }

  private StorageDigest attempt(Scan scan) {
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
}
