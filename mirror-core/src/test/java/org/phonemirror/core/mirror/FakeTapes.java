package org.phonemirror.core.mirror;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TapeSource;

/** Tapes by sequence number, silent where none is put; tells what was asked of it. */
final class FakeTapes implements TapeSource {
  final Map<Long, Tape> tapes = new ConcurrentHashMap<>();
  final List<Long> released = new CopyOnWriteArrayList<>();
  final List<Long> observed = new CopyOnWriteArrayList<>();
  final List<Impu> forgotten = new CopyOnWriteArrayList<>();
  final Queue<IOException> failures = new ConcurrentLinkedQueue<>();

  @Override
  public Tape tape(Impu subscriber, long sequence, long startMicros, long endMicros)
      throws IOException {
    failIfOrdered();
    return Optional.ofNullable(tapes.get(sequence))
        .orElseGet(() -> Tape.silent(startMicros, endMicros));
  }

  @Override
  public void release(Impu subscriber, long upTo) {
    released.add(upTo);
  }

  @Override
  public void forget(Impu subscriber) {
    forgotten.add(subscriber);
  }

  private void failIfOrdered() throws IOException {
    IOException failure = failures.poll();
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void observe(Impu subscriber, long phoneMicros, long serverMicros) {
    observed.add(phoneMicros);
  }
}
