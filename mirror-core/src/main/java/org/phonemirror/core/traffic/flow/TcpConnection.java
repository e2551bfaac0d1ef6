package org.phonemirror.core.traffic.flow;

import org.phonemirror.core.tape.Mark;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.core.traffic.packet.Budget;
import org.phonemirror.core.traffic.packet.TcpSegment;

/**
 * A connection that the phone opened, as the phone sees it: what it sent, what it was sent and
 * when, and how both ended.
 */
final class TcpConnection extends Flow {
  private static final byte[] NO_BYTES = {};

  private final FlowCounters counters;
  private final Side phone;
  private final Side network;
  private TcpFlow.Opening opening = TcpFlow.Opening.SILENT;
  private boolean over;

  /** When the segment at hand passed. */
  private long now;

  TcpConnection(
      Subscriber subscriber, Track track, FlowLimits limits, Budget early, FlowCounters counters) {
    super(subscriber, track, counters);
    this.counters = counters;
    phone = new Side(true, limits.earlyBytesPerStream(), early);
    network = new Side(false, limits.earlyBytesPerStream(), early);
  }

  /** Begins with the phone's SYN. */
  void open(TcpSegment syn, long micros) {
    phone.begin(syn.payloadSequence());
    opened(TcpFlow.Opening.SILENT, micros);
  }

  /** Begins in its middle, or with the network's SYN, which tells all that the phone's did. */
  void join(TcpSegment segment, long micros) {
    opened(TcpFlow.Opening.ACCEPTED, micros);
    if (!segment.isSyn()) {
      mark(Mark.UNSEEN_START, micros);
    }
  }

  private void opened(TcpFlow.Opening outcome, long micros) {
    opening = outcome;
    recordSmall(new Item.Opened(track, micros, outcome));
  }

  /** Whether a SYN of the phone begins another connection with the same ports. */
  boolean isAnother(TcpSegment syn) {
    return over || !phone.beginsAt(syn.payloadSequence());
  }

  /** Whether nothing more can come of it, beside repetitions. */
  boolean isOver() {
    return over;
  }

  /** Takes a segment; false if it can't be one of this connection. */
  boolean segment(TcpSegment segment, boolean fromPhone, long micros) {
    now = micros;
    Side from = fromPhone ? phone : network;
    Side to = fromPhone ? network : phone;
    if (over) {
      return true;
    }
    if (segment.isRst()) {
      return reset(segment, from, to);
    }
    if (opening == TcpFlow.Opening.SILENT && !accepts(segment, fromPhone)) {
      return false;
    }
    if (!from.hasBegun()) {
      from.begin(segment.payloadSequence());
    }
    if (segment.isAck() && !acknowledge(segment, to)) {
      return false;
    }
    boolean taken =
        from.segment(
            segment.payloadSequence(),
            segment.data(),
            segment.from(),
            segment.length(),
            segment.isFin());
    over = phone.hasEnded() && network.hasEnded();
    return taken;
  }

  private boolean acknowledge(TcpSegment segment, Side to) {
    if (!to.hasBegun()) {
      to.begin(segment.acknowledgement());
    }
    return to.acknowledge(segment.acknowledgement());
  }

  /** What a segment tells about an attempt that had no answer yet; false if it does not fit. */
  private boolean accepts(TcpSegment segment, boolean fromPhone) {
    if (fromPhone) {
      if (segment.isSyn()) {
        return true; // sent again
      }
    } else if (!segment.isAck() || !phone.answers(segment.acknowledgement())) {
      return false;
    }
    opened(TcpFlow.Opening.ACCEPTED, now);
    if (fromPhone || !segment.isSyn()) {
      mark(Mark.UNSEEN_START, now); // of the network's side: the copy lost its SYN
    }
    return true;
  }

  private boolean reset(TcpSegment segment, Side from, Side to) {
    if (opening == TcpFlow.Opening.SILENT && !from.fromPhone) {
      // the answer to a SYN proves itself by acknowledging it (RFC 9293 §3.10.7.3)
      boolean answer = segment.isAck() && to.answers(segment.acknowledgement());
      if (answer) {
        refuse(now);
      }
      return answer;
    }
    HalfStream.Reset verdict =
        from.hasBegun() ? from.reset(segment.payloadSequence()) : HalfStream.Reset.BELIEVED;
    if (verdict == HalfStream.Reset.AFTER_HOLE) {
      mark(Mark.HOLE, now);
    }
    if (verdict != HalfStream.Reset.BELIEVED) {
      return false;
    }
    from.ends(TcpFlow.End.RST);
    over = true;
    return true;
  }

  /** The network told the phone that its attempt is in vain. */
  boolean unreachable(int sequence, long micros) {
    now = micros;
    if (over || opening != TcpFlow.Opening.SILENT || !phone.beginsAt(sequence + 1)) {
      return false;
    }
    refuse(micros);
    return true;
  }

  private void refuse(long micros) {
    opened(TcpFlow.Opening.REFUSED, micros);
    over = true;
  }

  @Override
  void close() {
    super.close();
    phone.close();
    network.close();
  }

  /** One side's stream, recorded. */
  private final class Side extends HalfStream {
    private final boolean fromPhone;
    private Chunk last;

    private Side(boolean fromPhone, int earlyLimit, Budget budget) {
      super(earlyLimit, budget);
      this.fromPhone = fromPhone;
    }

    @Override
    void deliver(long place, byte[] data, int from, int length) {
      content.bytes(fromPhone, data, from, length, now);
      boolean kept =
          keepsContent()
              && (extend(place, data, from, length) || record(place, data, from, length));
      if (!kept) {
        recordActive(now);
      }
      if (fromPhone && !isMarked(Mark.TLS) && isTls(place, data, from, length)) {
        mark(Mark.TLS, now);
      }
    }

    private boolean extend(long place, byte[] data, int from, int length) {
      return last != null
          && last.takes(now, place, phone.position(), length)
          && subscriber.recording().extend(last, data, from, length);
    }

    private boolean record(long place, byte[] data, int from, int length) {
      Chunk chunk = new Chunk(track, fromPhone, now, place, phone.position(), data, from, length);
      if (!recordContent(chunk)) {
        return false;
      }
      last = chunk;
      keep(chunk);
      return true;
    }

    private boolean isTls(long place, byte[] data, int from, int length) {
      return place == 0
          ? TlsRecognition.isHandshake(data, from, length)
          : TlsRecognition.isClientHello(data, from, length);
    }

    @Override
    void hole(boolean another) {
      if (another) {
        counters.holes.increment();
      }
      content.lost(fromPhone);
      mark(Mark.HOLE, now);
    }

    @Override
    void conflict() {
      mark(Mark.CONFLICT, now);
    }

    @Override
    void dropped() {
      counters.earlyDropped.increment();
    }

    @Override
    void finished() {
      ends(TcpFlow.End.FIN);
    }

    private void ends(TcpFlow.End how) {
      content.ended(fromPhone, how == TcpFlow.End.FIN);
      if (fromPhone) {
        recordSmall(new Item.Ended(track, now, how));
      } else if (last != null && last.takes(now, position(), phone.position(), 0)) {
        last.end(how);
      } else {
        last = new Chunk(track, false, now, position(), phone.position(), NO_BYTES, 0, 0);
        last.end(how);
        recordSmall(last);
      }
    }
  }
}
