package org.phonemirror.core.traffic.flow;

import org.phonemirror.core.tape.Mark;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.core.traffic.packet.TcpSegment;

/**
 * A connection that was opened towards the phone. What it carries is not recorded, as it is not
 * replayed (ADR 14): its tapes tell that it was there. An attempt that nobody on the phone took has
 * changed nothing, and is on no tape.
 */
final class InboundConnection extends Flow {
  InboundConnection(Subscriber subscriber, Track track, FlowCounters counters) {
    super(subscriber, track, counters);
  }

  /** Sees a segment of it. */
  void segment(TcpSegment segment, boolean fromPhone, long micros) {
    if (isMarked(Mark.INBOUND)) {
      recordActive(micros);
    } else if (fromPhone && !segment.isRst()) {
      recordSmall(new Item.Opened(track, micros, TcpFlow.Opening.ACCEPTED));
      mark(Mark.INBOUND, micros);
    }
  }
}
