package org.phonemirror.core.download.fetch;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** Ends a fetch from outside. */
public final class Control {
  private Optional<Closeable> connection = Optional.empty();
  private boolean stopped;

  /** Makes the fetch fail soon, whatever it waits for. Safe to call by any thread, and again. */
  public synchronized void stop() {
    stopped = true;
    hangUp();
  }

  public synchronized boolean isStopped() {
    return stopped;
  }

  synchronized void use(Closeable opened) throws IOException {
    connection = Optional.of(opened);
    if (stopped) {
      hangUp();
      throw new IOException("the fetch was stopped");
    }
  }

  private void hangUp() {
    if (connection.isPresent()) {
      try {
        connection.get().close();
      } catch (IOException e) {
        // it is of no use to anybody in any case; who reads from it will see
      }
    }
  }
}
