package org.phonemirror.app.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.phonemirror.client.channel.ChannelException;
import org.phonemirror.client.channel.SyncChannel;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.MalformedMessageException;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;

/** A server without a network between: takes every message that is the next. */
final class TestServer implements SyncChannel {
  private final List<SyncMessage> taken = new ArrayList<>();
  private List<Notice> notices = List.of();
  private boolean reachable = true;

  synchronized List<SyncMessage> taken() {
    return List.copyOf(taken);
  }

  /** All of this kind. */
  <T extends SyncMessage> List<T> taken(Class<T> kind) {
    return taken().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Codes of all keys that were pressed. */
  List<Integer> pressed() {
    return taken(Batch.class).stream()
        .flatMap(batch -> batch.events().stream())
        .filter(event -> event.type() == InputEvent.EV_KEY && event.value() == 1)
        .map(InputEvent::code)
        .toList();
  }

  synchronized void reachable(boolean now) {
    reachable = now;
  }

  /** Tells these with the next acknowledgement. */
  synchronized void tell(Notice... fresh) {
    notices = List.of(fresh);
  }

  @Override
  public synchronized CompletionStage<Acknowledgement> send(byte[] encoded) {
    CompletableFuture<Acknowledgement> answer = new CompletableFuture<>();
    if (!reachable) {
      answer.completeExceptionally(new ChannelException("out of reach"));
      return answer;
    }
    try {
      SyncMessage message = SyncCodec.decode(encoded);
      long next = taken.size() + 1L;
      if (message.sequence() == next) {
        taken.add(message);
        next++;
      }
      answer.complete(
          message.sequence() < next
              ? Acknowledgement.accepted(next, notices)
              : Acknowledgement.refused(Acknowledgement.Status.OUT_OF_ORDER, next, "not the next"));
      notices = List.of();
    } catch (MalformedMessageException e) {
      answer.completeExceptionally(e);
    }
    return answer;
  }

  @Override
  public void close() {
    // the same for the next process
  }
}
