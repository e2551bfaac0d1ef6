package org.phonemirror.core.tape;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A TCP connection that the phone opened, or tried to, in one interval; or one that was opened
 * towards it, of which no more is told than its ends and {@link Mark#INBOUND}.
 *
 * @param id tells a subscriber's flows apart, also across intervals; higher for one opened later
 * @param phone the phone's end
 * @param remote the other end
 * @param openedMicros when the phone's first SYN passed; before the tape's start for a flow that
 *     goes on from an earlier interval
 * @param opening what became of the attempt, as far as is known at the interval's end
 * @param sentBefore bytes that the phone had sent before this interval
 * @param sent what the phone sent in this interval, in order, without retransmissions
 * @param received what the network sent in this interval
 * @param phoneEnd how the phone's side ended in this interval
 * @param marks why it can't be replayed; none if it can
 */
public record TcpFlow(
    long id,
    InetSocketAddress phone,
    InetSocketAddress remote,
    long openedMicros,
    Opening opening,
    long sentBefore,
    byte[] sent,
    List<Received> received,
    End phoneEnd,
    Set<Mark> marks) {
  public TcpFlow {
    sent = sent.clone();
    received = List.copyOf(received);
    marks = Set.copyOf(marks);
  }

  @Override
  public byte[] sent() {
    return sent.clone();
  }

  /** Bytes that the phone had sent at the interval's end. */
  public long sentAfter() {
    return sentBefore + sent.length;
  }

  /**
   * Whether a connection of a mirror's can be this one: not if it began before anything was
   * recorded, or at the other end.
   */
  public boolean isForMirrors() {
    return !marks.contains(Mark.UNSEEN_START) && !marks.contains(Mark.INBOUND);
  }

  /** Whether a mirror can be given just what the phone got. */
  public boolean replayable() {
    return marks.isEmpty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TcpFlow that
        && id == that.id
        && phone.equals(that.phone)
        && remote.equals(that.remote)
        && openedMicros == that.openedMicros
        && opening == that.opening
        && sentBefore == that.sentBefore
        && Arrays.equals(sent, that.sent)
        && received.equals(that.received)
        && phoneEnd == that.phoneEnd
        && marks.equals(that.marks);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(id);
  }

  /** What became of a connection attempt. */
  public enum Opening {
    /** SYN, SYN+ACK. */
    ACCEPTED,
    /** SYN, RST; or an ICMP error that ends the attempt. */
    REFUSED,
    /** SYN without any answer. */
    SILENT
  }

  /** How one side of a connection ended. */
  public enum End {
    /** Not yet. */
    OPEN,
    FIN,
    RST
  }

  /**
   * What the network sent at one moment.
   *
   * @param timeMicros when it passed
   * @param afterSent how many bytes the phone had sent on the connection before: it may be the
   *     answer to them
   * @param data the bytes; empty for a mere end
   * @param end whether the network's side ended after them
   */
  public record Received(long timeMicros, long afterSent, byte[] data, End end) {
    public Received {
      data = data.clone();
    }

    @Override
    public byte[] data() {
      return data.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Received that
          && timeMicros == that.timeMicros
          && afterSent == that.afterSent
          && Arrays.equals(data, that.data)
          && end == that.end;
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(data);
    }
  }
}
