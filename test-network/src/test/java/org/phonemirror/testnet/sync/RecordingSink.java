package org.phonemirror.testnet.sync;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.sync.MessageSink;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Acknowledgement.Status;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.SyncMessage;

/** Takes the next message of each subscriber and remembers it, in memory. */
final class RecordingSink implements MessageSink {
  record Taken(Impu subscriber, SyncMessage message, byte[] encoded) {}

  private final List<Taken> taken = new ArrayList<>();
  private final Map<Impu, Long> expected = new HashMap<>();

  @Override
  public synchronized CompletionStage<Acknowledgement> accept(
      Impu subscriber, SyncMessage message, byte[] encoded) {
    long next = expected.getOrDefault(subscriber, 1L);
    if (message.sequence() > next) {
      return CompletableFuture.completedStage(
          Acknowledgement.refused(Status.OUT_OF_ORDER, next, "not the next"));
    }
    if (message.sequence() == next) {
      taken.add(new Taken(subscriber, message, encoded));
      next++;
      expected.put(subscriber, next);
    }
    return CompletableFuture.completedStage(Acknowledgement.accepted(next, List.of()));
  }

  synchronized List<Taken> messages() {
    return List.copyOf(taken);
  }

  /** The values of all events so far, in order. */
  synchronized List<Integer> eventValues() {
    return taken.stream()
        .filter(t -> t.message() instanceof Batch)
        .flatMap(t -> ((Batch) t.message()).events().stream())
        .map(InputEvent::value)
        .toList();
  }
}
