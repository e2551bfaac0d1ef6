package org.phonemirror.core.tape;

import java.io.IOException;
import org.phonemirror.core.subscriber.Impu;

/** Port: where a mirror gets the tape of an interval. Calls may block. */
public interface TapeSource {
  /** Of a network that nobody listens to: its tapes are silent. */
  static TapeSource silent() {
    return new TapeSource() {
      @Override
      public Tape tape(Impu subscriber, long sequence, long startMicros, long endMicros) {
        return Tape.silent(startMicros, endMicros);
      }

      @Override
      public void observe(Impu subscriber, long phoneMicros, long serverMicros) {}

      @Override
      public void release(Impu subscriber, long upTo) {}

      @Override
      public void forget(Impu subscriber) {}
    };
  }

  /**
   * The tape of an interval that is over. The first call for a sequence number cuts it from what
   * was recorded and makes it durable; later calls give the same again, also after a restart, until
   * it is released. What the monitor has not seen, because it did not run, is not on it.
   *
   * @param sequence of the interval's batch
   * @param startMicros t_k, by the phone's clock
   * @param endMicros the interval's end, exclusive
   */
  Tape tape(Impu subscriber, long sequence, long startMicros, long endMicros) throws IOException;

  /**
   * A batch of the subscriber arrived, which tells how its clock and the server's differ. Returns
   * at once.
   *
   * @param phoneMicros end of the batch's interval, by the phone's clock
   * @param serverMicros the batch's arrival, by the server's
   */
  void observe(Impu subscriber, long phoneMicros, long serverMicros);

  /** Lets go of the tapes up to a sequence number: no replay needs them any more. */
  void release(Impu subscriber, long upTo) throws IOException;

  /** Deletes all that is recorded of a subscriber that has no mirror any more. */
  void forget(Impu subscriber) throws IOException;
}
