package org.phonemirror.client.queue;

import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.sync.SyncMessage;

/** The same message at another place of the stream. */
final class Renumber {
  private Renumber() {}

  static SyncMessage to(long sequence, SyncMessage message) {
    if (message instanceof Boot boot) {
      return new Boot(sequence, boot.bootId(), boot.timeMicros(), boot.model(), boot.software());
    }
    if (message instanceof Batch batch) {
      return withLost(sequence, 0, batch);
    }
    Shutdown shutdown = (Shutdown) message;
    return new Shutdown(sequence, shutdown.bootId(), shutdown.timeMicros(), shutdown.digest());
  }

  /** A batch at another place that tells of more lost events. */
  static Batch withLost(long sequence, long moreLost, Batch batch) {
    return new Batch(
        sequence,
        batch.bootId(),
        batch.startMicros(),
        batch.lengthMicros(),
        batch.events(),
        Math.min(Integer.MAX_VALUE, batch.lost() + moreLost),
        batch.digest(),
        batch.answers(),
        batch.orders());
  }
}
