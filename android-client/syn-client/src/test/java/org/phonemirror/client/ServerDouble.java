package org.phonemirror.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.phonemirror.client.channel.ChannelException;
import org.phonemirror.client.channel.SyncChannel;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Acknowledgement.Status;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.MalformedMessageException;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;

/** A server as the protocol describes it, on the other end of a channel without a network. */
public final class ServerDouble implements SyncChannel {
  private final List<SyncMessage> durable = new ArrayList<>();
  private final Deque<Function<SyncMessage, Optional<Acknowledgement>>> scripted =
      new ArrayDeque<>();
  private long expected = 1;
  private long bootId = -1;
  private boolean reachable = true;

  /** The next message gets this answer; or none, in which case it fares as usual. */
  public synchronized void next(Function<SyncMessage, Optional<Acknowledgement>> answer) {
    scripted.add(answer);
  }

  /** Forgets what it expects, and expects this number. */
  public synchronized void expect(long sequence) {
    expected = sequence;
  }

  /** Whether anything gets to it. */
  public synchronized void reachable(boolean now) {
    reachable = now;
  }

  /** What it has, in order. */
  public synchronized List<SyncMessage> durable() {
    return List.copyOf(durable);
  }

  /** Takes a message as usual. */
  public synchronized Acknowledgement take(SyncMessage message) {
    if (message.sequence() < expected) {
      return Acknowledgement.accepted(expected, List.of());
    }
    if (message.sequence() > expected) {
      return Acknowledgement.refused(Status.OUT_OF_ORDER, expected, "not next");
    }
    long id =
        message instanceof Batch batch
            ? batch.bootId()
            : message instanceof Shutdown end ? end.bootId() : ((Boot) message).bootId();
    if (message instanceof Boot) {
      bootId = id;
    } else if (id != bootId) {
      return Acknowledgement.refused(Status.UNKNOWN_BOOT, expected, "which boot?");
    }
    durable.add(message);
    expected++;
    return Acknowledgement.accepted(expected, List.of(new Notice("n", "" + message.sequence())));
  }

  @Override
  public synchronized CompletionStage<Acknowledgement> send(byte[] encoded) {
    if (!reachable) {
      return CompletableFuture.failedStage(new ChannelException("out of reach"));
    }
    try {
      SyncMessage message = SyncCodec.decode(encoded);
      Optional<Acknowledgement> answer =
          scripted.isEmpty() ? Optional.empty() : scripted.remove().apply(message);
      return CompletableFuture.completedStage(answer.orElseGet(() -> take(message)));
    } catch (MalformedMessageException e) {
      return CompletableFuture.failedStage(e);
    } catch (IllegalStateException lost) {
      return CompletableFuture.failedStage(new ChannelException("answer lost", lost));
    }
  }

  @Override
  public void close() {}
}
