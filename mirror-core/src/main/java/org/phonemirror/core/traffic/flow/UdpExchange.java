package org.phonemirror.core.traffic.flow;

import java.util.Arrays;
import org.phonemirror.core.tape.Mark;
import org.phonemirror.core.tape.UdpFlow;
import org.phonemirror.core.traffic.packet.UdpDatagram;

/** Datagrams between two ends, until they are quiet for a while. */
final class UdpExchange extends Flow {
  private static final byte[] NO_BYTES = {};

  UdpExchange(Subscriber subscriber, Track track, FlowCounters counters) {
    super(subscriber, track, counters);
  }

  void datagram(UdpDatagram datagram, boolean fromPhone, long micros) {
    int length = datagram.to() - datagram.from();
    content.bytes(fromPhone, datagram.data(), datagram.from(), length, micros);
    if (!isMarked(Mark.TLS)
        && TlsRecognition.isEncryptedDatagram(
            datagram.data(), datagram.from(), length, track.key.remotePort())) {
      mark(Mark.TLS, micros);
    }
    record(
        fromPhone ? UdpFlow.Kind.SENT : UdpFlow.Kind.RECEIVED,
        Arrays.copyOfRange(datagram.data(), datagram.from(), datagram.to()),
        micros);
  }

  void unreachable(long micros) {
    record(UdpFlow.Kind.UNREACHABLE, NO_BYTES, micros);
  }

  private void record(UdpFlow.Kind kind, byte[] data, long micros) {
    if (!keepsContent() || !recordContent(new Item.Datagram(track, micros, kind, data))) {
      recordActive(micros);
    }
  }
}
