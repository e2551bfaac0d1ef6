package org.phonemirror.core.tape;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The datagrams between two ends in one interval, DNS among them.
 *
 * @param id tells a subscriber's flows apart, as {@link TcpFlow#id}
 * @param phone the phone's end
 * @param remote the other end
 * @param datagrams in order of time, fragments put together
 * @param marks why it can't be replayed; none if it can
 */
public record UdpFlow(
    long id,
    InetSocketAddress phone,
    InetSocketAddress remote,
    List<Datagram> datagrams,
    Set<Mark> marks) {
  /** Port of the domain name system (RFC 1035 §4.2). */
  public static final int DNS_PORT = 53;

  public UdpFlow {
    datagrams = List.copyOf(datagrams);
    marks = Set.copyOf(marks);
  }

  /** Whether these are questions to a name server and its answers. */
  public boolean isDns() {
    return remote.getPort() == DNS_PORT;
  }

  /**
   * One datagram.
   *
   * @param timeMicros when it passed
   * @param kind whose
   * @param data its payload; empty for {@link Kind#UNREACHABLE}
   */
  public record Datagram(long timeMicros, Kind kind, byte[] data) {
    public Datagram {
      data = data.clone();
    }

    @Override
    public byte[] data() {
      return data.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Datagram that
          && timeMicros == that.timeMicros
          && kind == that.kind
          && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(data);
    }
  }

  /** Whose datagram it is. */
  public enum Kind {
    SENT,
    RECEIVED,
    /** The network told the phone that nobody listens there (ICMP port unreachable). */
    UNREACHABLE
  }
}
