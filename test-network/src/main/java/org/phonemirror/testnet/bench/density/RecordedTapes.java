package org.phonemirror.testnet.bench.density;

import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TapeSource;

/** The tapes of phones that all do the same, each in its own time. */
record RecordedTapes(Script script) implements TapeSource {
  @Override
  public Tape tape(Impu subscriber, long sequence, long startMicros, long endMicros) {
    Script.Part part = script.parts().get(Recording.batchOf(sequence));
    return part.tape(startMicros - part.startMicros());
  }

  @Override
  public void observe(Impu subscriber, long phoneMicros, long serverMicros) {}

  @Override
  public void release(Impu subscriber, long upTo) {}

  @Override
  public void forget(Impu subscriber) {}
}
