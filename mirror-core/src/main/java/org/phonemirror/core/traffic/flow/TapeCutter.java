package org.phonemirror.core.traffic.flow;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.phonemirror.core.tape.Mark;
import org.phonemirror.core.tape.SessionContent;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.core.tape.UdpFlow;
import org.phonemirror.core.traffic.packet.IpPacket;

/** Makes the items of one interval a tape. */
final class TapeCutter {
  /** A connection's part of the interval. */
  private static final class TcpPart {
    private final Track track;
    private final long sentBefore;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final List<TcpFlow.Received> received = new ArrayList<>();
    private TcpFlow.End phoneEnd = TcpFlow.End.OPEN;

    private TcpPart(Track track) {
      this.track = track;
      this.sentBefore = track.sent;
    }

    private TcpFlow flow() {
      return new TcpFlow(
          track.id,
          track.key.phone(),
          track.key.remote(),
          track.openedMicros,
          track.opening,
          sentBefore,
          sent.toByteArray(),
          received,
          phoneEnd,
          track.marks);
    }
  }

  private final long startMicros;
  private final Map<Track, TcpPart> tcp = new LinkedHashMap<>();
  private final Map<Track, List<UdpFlow.Datagram>> udp = new LinkedHashMap<>();
  private final List<SessionContent> session = new ArrayList<>();

  TapeCutter(long startMicros) {
    this.startMicros = startMicros;
  }

  /** Lets an item that is on no tape have the effects on later tapes that it must have. */
  static void skip(Item item) {
    if (item instanceof Item.Opened opened) {
      opened(opened, opened.micros());
    } else if (item instanceof Item.Marked marked) {
      marked.flow().marks.add(marked.mark());
    } else if (item instanceof Chunk chunk) {
      chunk.flow.marks.add(Mark.TOO_LONG);
      if (chunk.fromPhone) {
        chunk.flow.sent = chunk.end();
      }
    }
  }

  private static void opened(Item.Opened item, long micros) {
    Track flow = item.flow();
    if (!flow.opened) {
      flow.opened = true;
      flow.openedMicros = micros;
    }
    flow.opening = item.opening();
  }

  /**
   * Adds the next item.
   *
   * @param phoneMicros its time by the phone's clock
   */
  void add(Item item, long phoneMicros) {
    long micros = Math.max(phoneMicros, startMicros);
    if (item instanceof Item.Opened opened) {
      opened(opened, micros);
      touch(opened.flow());
    } else if (item instanceof Item.Ended ended) {
      part(ended.flow()).phoneEnd = ended.end();
    } else if (item instanceof Item.Marked mark) {
      mark.flow().marks.add(mark.mark());
      touch(mark.flow());
    } else if (item instanceof Item.Active active) {
      touch(active.flow());
    } else if (item instanceof Item.Datagram datagram) {
      exchange(datagram.flow()).add(new UdpFlow.Datagram(micros, datagram.kind(), datagram.data()));
    } else if (item instanceof Item.Session content) {
      session.add(at(content.content(), micros));
    } else if (item instanceof Chunk chunk) {
      add(chunk, micros);
    }
  }

  private void add(Chunk chunk, long micros) {
    TcpPart part = part(chunk.flow);
    byte[] data = chunk.bytes();
    if (chunk.fromPhone) {
      part.sent.writeBytes(data);
      part.track.sent = chunk.end();
    } else {
      part.received.add(new TcpFlow.Received(micros, chunk.afterSent, data, chunk.ending()));
    }
  }

  /** Something happened to the flow, so it is on the tape even if nothing of it was kept. */
  private void touch(Track track) {
    Object unused = track.key.protocol() == IpPacket.UDP ? exchange(track) : part(track);
  }

  private List<UdpFlow.Datagram> exchange(Track track) {
    return udp.computeIfAbsent(track, t -> new ArrayList<>());
  }

  private TcpPart part(Track track) {
    return tcp.computeIfAbsent(track, TcpPart::new);
  }

  private static SessionContent at(SessionContent content, long micros) {
    return new SessionContent(
        micros,
        content.direction(),
        content.method(),
        content.peer(),
        content.contentType(),
        content.body());
  }

  Tape tape(long endMicros) {
    List<TcpFlow> connections =
        tcp.values().stream()
            .map(TcpPart::flow)
            .sorted(Comparator.comparingLong(TcpFlow::id))
            .toList();
    List<UdpFlow> exchanges = new ArrayList<>();
    udp.forEach(
        (track, datagrams) ->
            exchanges.add(
                new UdpFlow(
                    track.id, track.key.phone(), track.key.remote(), datagrams, track.marks)));
    return new Tape(startMicros, endMicros, connections, exchanges, session);
  }
}
