package org.phonemirror.core.gateway.replay;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.phonemirror.core.gateway.link.IpOutput;
import org.phonemirror.core.gateway.tcp.TcpService;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.tape.Tape;

/** Plays tapes to the mirror, interval by interval. */
public final class TapePlayer {
  private final Requests requests = new Requests();
  private final Conversations conversations = new Conversations(requests);
  private final Datagrams datagrams;

  /** Sends datagrams by the given output. */
  public TapePlayer(IpOutput output) {
    datagrams =
        new Datagrams(
            requests,
            new RecordedDatagrams.Receiver() {
              @Override
              public void datagram(InetSocketAddress guest, InetSocketAddress remote, byte[] data) {
                output.udp(remote, guest, data);
              }

              @Override
              public void unreachable(InetSocketAddress guest, InetSocketAddress remote) {
                if (!remote.getAddress().isMulticastAddress()) { // RFC 1122 §3.2.2
                  output.portUnreachable(guest, remote);
                }
              }
            });
  }

  /** What decides on the mirror's connections. */
  public TcpService connections() {
    return conversations;
  }

  /** The mirror has sent a datagram. */
  public void datagram(InetSocketAddress guest, InetSocketAddress remote, byte[] data, long now) {
    datagrams.receive(guest, remote, data, now);
  }

  /**
   * An interval begins.
   *
   * @param startMicros its start by the mirror's clock, as times on the tape are
   */
  public void begin(Tape tape, long startMicros, long now) {
    requests.begin(now, startMicros);
    conversations.begin(tape.tcp(), now - startMicros, now);
    datagrams.begin(tape.udp(), now - startMicros, now);
  }

  /** Does what is due; returns when something is due next, or {@link Long#MAX_VALUE}. */
  public long step(long now) {
    return Math.min(conversations.step(now), datagrams.step(now));
  }

  /** The interval ends. */
  public NetworkReport end(long now) {
    List<NetworkReport.Flow> flows = new ArrayList<>();
    List<Long> unused = new ArrayList<>();
    conversations.end(flows, unused, now);
    datagrams.end(flows, unused, now);
    return new NetworkReport(flows, unused, List.of(), requests.list(), requests.more());
  }

  /** Forgets all that was, with the session. */
  public void clear() {
    conversations.clear();
    datagrams.clear();
  }
}
