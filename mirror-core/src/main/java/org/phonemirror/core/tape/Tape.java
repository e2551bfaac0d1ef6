package org.phonemirror.core.tape;

import java.util.List;

/**
 * The network's side of one interval of one phone: all its flows, as a passive copy of its traffic
 * showed them, and the session content that came by signalling.
 *
 * <p>A flow that is open across an interval's end goes on in the next interval's tape under the
 * same {@link TcpFlow#id}: each tape holds just what happened in its own interval.
 *
 * @param startMicros t_k, microseconds since the epoch, by the phone's clock, as are all times on a
 *     tape
 * @param endMicros end of the interval, exclusive
 * @param tcp in order of opening
 * @param udp in order of the first datagram
 * @param session in order of time
 */
public record Tape(
    long startMicros,
    long endMicros,
    List<TcpFlow> tcp,
    List<UdpFlow> udp,
    List<SessionContent> session) {
  public Tape {
    if (endMicros < startMicros) {
      throw new IllegalArgumentException(
          "tape ends at " + endMicros + ", before its start " + startMicros);
    }
    tcp = List.copyOf(tcp);
    udp = List.copyOf(udp);
    session = List.copyOf(session);
  }

  /** The tape of an interval in which the network was silent. */
  public static Tape silent(long startMicros, long endMicros) {
    return new Tape(startMicros, endMicros, List.of(), List.of(), List.of());
  }

  /** Whether there is nothing on it. */
  public boolean isSilent() {
    return tcp.isEmpty() && udp.isEmpty() && session.isEmpty();
  }
}
