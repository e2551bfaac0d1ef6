package org.phonemirror.client;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Path;
import java.util.List;
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

  DigestSource(Path storage) {
    this.storage = storage;
    this.scanner = new StorageScanner(storage);
  }

  /** Changes what counts as user storage. */
  void setScope(StorageScope scope) {
    scanner.setScope(scope);
  }

  /** What the last digest was made of, if it could be made. */
  StorageTree tree() {
    return scanner.tree();
  }

  /** The digest at a moment that has passed, in microseconds since the epoch. */
  StorageDigest live(long momentMicros) {
    return attempt(() -> scanner.scanLive(momentMicros));
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
