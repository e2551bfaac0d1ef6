package org.phonemirror.core.machine;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;

/**
 * What a mirror did with an interval's tape, as the guest's agent saw it.
 *
 * @param flows those that the mirror did anything with in the interval
 * @param unused ids of recorded flows that it did not come to
 * @param leftOut ids of flows that were too large to be given to it
 * @param unrecorded what it asked that no record is of, in order of time
 * @param moreUnrecorded how many more such requests there were
 */
public record NetworkReport(
    List<Flow> flows,
    List<Long> unused,
    List<Long> leftOut,
    List<Request> unrecorded,
    int moreUnrecorded) {
  public NetworkReport {
    flows = List.copyOf(flows);
    unused = List.copyOf(unused);
    leftOut = List.copyOf(leftOut);
    unrecorded = List.copyOf(unrecorded);
  }

  /** Nothing recorded, nothing asked. */
  public static NetworkReport silent() {
    return new NetworkReport(List.of(), List.of(), List.of(), List.of(), 0);
  }

  /** The same with flows that were left out. */
  public NetworkReport withLeftOut(List<Long> ids) {
    return new NetworkReport(flows, unused, ids, unrecorded, moreUnrecorded);
  }

  /** How many requests no record is of. */
  public int unrecordedCount() {
    return unrecorded.size() + moreUnrecorded;
  }

  /**
   * How the mirror did with one flow. Bytes are counted from the flow's beginning, which may be in
   * an earlier interval; items are what the network had sent, or still has to send, in this one.
   *
   * @param id as on the tape; that of the interval before, if the mirror came to a flow late
   * @param expectedBytes what the phone had sent at the interval's end
   * @param sentBytes what the mirror had
   * @param firstMismatch offset of its first byte that is not the phone's, or -1
   * @param itemsReleased items that it got
   * @param items items in all
   * @param longestWaitMicros the longest time that an item waited for the mirror's own sending
   */
  public record Flow(
      long id,
      long expectedBytes,
      long sentBytes,
      long firstMismatch,
      int itemsReleased,
      int items,
      long longestWaitMicros) {
    /** Whether the mirror sent something that the phone did not. */
    public boolean mismatches() {
      return firstMismatch >= 0;
    }

    /** Whether it sent just what the phone did, and got all that the phone got. */
    public boolean isFaithful() {
      return !mismatches() && sentBytes == expectedBytes && itemsReleased == items;
    }
  }

  /** What a request goes over. */
  public enum Protocol {
    TCP,
    UDP
  }

  /**
   * A request that no record is of: a TCP connection or a datagram.
   *
   * @param timeMicros when it came, by the mirror's clock
   * @param remote where it went
   * @param bytes its first, at most {@link #MAX_BYTES}
   */
  public record Request(
      long timeMicros, Protocol protocol, InetSocketAddress remote, byte[] bytes) {
    /** How much of a request is kept. */
    public static final int MAX_BYTES = 512;

    private static final int SHOWN_BYTES = 80;

    public Request {
      bytes = bytes.clone();
    }

    @Override
    public byte[] bytes() {
      return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Request that
          && timeMicros == that.timeMicros
          && protocol == that.protocol
          && remote.equals(that.remote)
          && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    /** For logs: its beginning, with a dot for what is no printable ASCII. */
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      text.append(protocol).append(' ').append(remote.getAddress().getHostAddress());
      text.append(' ').append(remote.getPort()).append(" '");
      for (int i = 0; i < Math.min(bytes.length, SHOWN_BYTES); i++) {
        text.append(bytes[i] >= ' ' && bytes[i] < 0x7f ? (char) bytes[i] : '.');
      }
      return text.append('\'').toString();
    }
  }
}
