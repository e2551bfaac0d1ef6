package org.phonemirror.core.gateway.replay;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.UnaryOperator;
import org.phonemirror.core.tape.TcpFlow;

/** A recorded connection, or attempt, by the gateway's clock; with what later tapes had of it. */
final class RecordedConnection {
  /** How many of a connection's first bytes tell which one it is. */
  static final int MATCH_BYTES = 512;

  /**
   * What the network sent at one moment.
   *
   * @param afterSent bytes that the phone had sent before
   * @param end of the network's side, behind the data
   */
  record Item(long due, long afterSent, byte[] data, TcpFlow.End end) {}

  /** Whether the mirror may come to it. */
  enum Age {
    NEW,
    /** From the tape before, so late on it that the mirror may come to it yet. */
    CARRIED,
    /** It goes on from an earlier tape, on which the mirror did not come to it. */
    LOST
  }

  private final long id;
  private final InetSocketAddress remote;
  private final TcpFlow.Opening opening;
  private final boolean replayable;
  private final long opened;
  private final Deque<Item> items = new ArrayDeque<>();
  private final Deque<TcpFlow> parts = new ArrayDeque<>();
  private final byte[] head;
  private final boolean serverFirst;
  private Age age;

  /**
   * Of a tape.
   *
   * @param offset from times on the tape to the gateway's
   */
  RecordedConnection(TcpFlow flow, long offset, long intervalStart) {
    id = flow.id();
    remote = flow.remote();
    opening = flow.opening();
    replayable = flow.replayable();
    opened = flow.openedMicros() + offset;
    byte[] sent = replayable ? flow.sent() : new byte[0];
    head = Arrays.copyOf(sent, Math.min(sent.length, MATCH_BYTES));
    boolean goesOn = flow.sentBefore() > 0 || opened < intervalStart - ReleaseRule.LATE_MICROS;
    age = goesOn ? Age.LOST : Age.NEW;
    goOn(flow, offset);
    serverFirst = !goesOn && !items.isEmpty() && items.element().afterSent() == 0;
  }

  /** Takes what a later tape has of it. */
  void goOn(TcpFlow flow, long offset) {
    parts.add(flow);
    if (!replayable || !flow.replayable() || opening != TcpFlow.Opening.ACCEPTED) {
      return;
    }
    for (TcpFlow.Received received : flow.received()) {
      items.add(
          new Item(
              received.timeMicros() + offset,
              received.afterSent(),
              received.data(),
              received.end()));
    }
  }

  /**
   * Gives the comparison what the phone sent, as far as it is not given yet.
   *
   * @param comparable what of the next bytes is compared; as long as they are
   */
  void giveExpected(SentComparison comparison, UnaryOperator<byte[]> comparable) {
    for (TcpFlow part; (part = parts.poll()) != null; ) {
      boolean isKnown = replayable && part.replayable();
      byte[] sent = isKnown ? part.sent() : new byte[0];
      comparison.expect(part.sentBefore(), comparable.apply(sent));
    }
  }

  long id() {
    return id;
  }

  InetSocketAddress remote() {
    return remote;
  }

  TcpFlow.Opening opening() {
    return opening;
  }

  /** Whether the mirror can be given what the phone got; if not, its connection is cut off. */
  boolean isReplayable() {
    return replayable;
  }

  /** When the phone's first SYN passed. */
  long opened() {
    return opened;
  }

  /** What is to be given yet, in order. */
  Deque<Item> items() {
    return items;
  }

  boolean isServerFirst() {
    return serverFirst;
  }

  /** Whether nobody knows of anything that the phone sent. */
  boolean isWithoutRequest() {
    return head.length == 0;
  }

  /** Whether it begins as a connection of the mirror's does. */
  boolean beginsAlike(byte[] sent) {
    int length = Math.min(sent.length, head.length);
    return length > 0 && DnsIds.beginAlike(remote, head, sent, length);
  }

  Age age() {
    return age;
  }

  void setAge(Age age) {
    this.age = age;
  }

  /** Bytes of memory for what is to be given. */
  long size() {
    return items.stream().mapToLong(item -> item.data().length).sum();
  }
}
