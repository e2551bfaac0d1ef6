package org.phonemirror.core.mirror;

import java.util.List;
import org.phonemirror.sync.Ask;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.SyncMessage;

/**
 * What the phone is yet to be asked, or to answer. Asks ride on one acknowledgement, and again when
 * its message is sent again or no answer has come with the next few: a phone that was out of reach
 * sends what it has kept in a row, which need not carry them all.
 */
final class OpenAsks {
  /** After so many more messages without an answer they are taken for lost. */
  private static final int REPEAT = 4;

  private static final long NEVER = Long.MIN_VALUE;

  private List<Ask> asks = List.of();
  private long toldWith = NEVER;
  private long answeredBy;

  /** These instead of the ones before. */
  void set(List<Ask> fresh) {
    asks = List.copyOf(fresh);
    toldWith = NEVER;
  }

  /** A message of the phone is taken. */
  void accepted(SyncMessage message) {
    if (message instanceof Batch batch && !batch.answers().isEmpty()) {
      asks = List.of();
      answeredBy = batch.sequence();
    }
  }

  /** What to ask in the acknowledgement of a message. */
  List<Ask> forMessage(long sequence) {
    if (asks.isEmpty()) {
      return asks;
    }
    if (toldWith == NEVER || sequence == toldWith || sequence >= toldWith + REPEAT) {
      toldWith = sequence;
      return asks;
    }
    return List.of();
  }

  /** Whether an answer is still to come, or has come but is behind a message. */
  boolean areAwaitedAfter(long sequence) {
    return !asks.isEmpty() || sequence < answeredBy;
  }
}
