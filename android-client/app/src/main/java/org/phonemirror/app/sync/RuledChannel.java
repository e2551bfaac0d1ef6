package org.phonemirror.app.sync;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import org.phonemirror.client.channel.ChannelException;
import org.phonemirror.client.channel.SyncChannel;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.MalformedMessageException;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;

/** A channel that keeps to the rules, and books what it moves. */
final class RuledChannel implements SyncChannel {
  private final SyncChannel channel;
  private final Rules rules;
  private final Ledger ledger;
  private final IntSupplier waiting;

  /**
   * Sends through another one.
   *
   * @param waiting how many messages the queue holds; asked on the engine's thread
   */
  RuledChannel(SyncChannel channel, Rules rules, Ledger ledger, IntSupplier waiting) {
    this.channel = channel;
    this.rules = rules;
    this.ledger = ledger;
    this.waiting = waiting;
  }

  @Override
  public CompletionStage<Acknowledgement> send(byte[] message) {
    ledger.waiting(waiting.getAsInt());
    Optional<SyncMessage> told = decoded(message);
    told.ifPresent(offered -> ledger.offered(offered, message.length));
    Optional<Rules.Hold> hold = rules.hold();
    if (hold.isPresent()) {
      ledger.held(hold.get());
      CompletableFuture<Acknowledgement> failed = new CompletableFuture<>();
      failed.completeExceptionally(new ChannelException(hold.get().text()));
      return failed;
    }
    return channel
        .send(message)
        .whenComplete(
            (answer, error) -> {
              if (error != null) {
                ledger.unreached(message.length);
              } else {
                int bytes = message.length + SyncCodec.encode(answer).length;
                ledger.answered(bytes, told.filter(sent -> isTaken(sent, answer)));
              }
            });
  }

  private static boolean isTaken(SyncMessage message, Acknowledgement answer) {
    return answer.status() == Acknowledgement.Status.ACCEPTED
        && answer.expected() > message.sequence();
  }

  private static Optional<SyncMessage> decoded(byte[] message) {
    try {
      return Optional.of(SyncCodec.decode(message));
    } catch (MalformedMessageException e) {
      return Optional.empty(); // the server says the same
    }
  }

  @Override
  public void close() {
    channel.close();
  }
}
