package org.phonemirror.core.gateway.tcp;

import java.util.Optional;
import org.phonemirror.core.traffic.packet.TcpSegment;

/**
 * One connection that the guest has opened. Bytes to it are counted from 0 in 64 bits; its FIN is
 * one more.
 */
public final class TcpConnection {
  /** What the guest may send at once: all that goes without window scaling. */
  static final int WINDOW = 65_535;

  /** Less makes packets of little but headers. */
  private static final int LEAST_SEGMENT = 64;

  private final TcpEnds ends;
  private final SegmentWriter writer;
  private final RetransmissionTimer timer = new RetransmissionTimer();
  private final SendQueue queue = new SendQueue();
  private final int segmentSize;
  private final int initial;
  private final int guestInitial;
  private Optional<TcpUser> user = Optional.empty();
  private long lastHeard;

  private long acknowledged;

  /** Where it sends on; behind {@link #sent} while it sends again. */
  private long next;

  private long sent;
  private int window;
  private boolean finishing;
  private boolean resetting;

  private int expected;
  private boolean guestEnded;
  private boolean acknowledge;
  private boolean closed;

  /** Answers a SYN. */
  TcpConnection(TcpEnds ends, TcpSegment syn, int initial, SegmentWriter writer, long now) {
    this.ends = ends;
    this.writer = writer;
    this.initial = initial;
    this.guestInitial = syn.payloadSequence() - 1;
    int largest = writer.largestSegment(ends);
    int asked = syn.maximumSegmentSize(writer.smallestSegment(ends));
    this.segmentSize = Math.max(LEAST_SEGMENT, Math.min(largest, asked));
    this.expected = guestInitial + 1;
    this.window = syn.window();
    this.lastHeard = now;
    answerSyn(now);
  }

  private void answerSyn(long now) {
    writer.synAck(ends, initial, expected);
    timer.start(now);
  }

  public TcpEnds ends() {
    return ends;
  }

  /** Whether it is neither over nor lost. */
  public boolean isOpen() {
    return !closed;
  }

  /** When the guest last said anything on it. */
  long lastHeard() {
    return lastHeard;
  }

  /** Whether the guest has acknowledged that it is open. */
  boolean isEstablished() {
    return user.isPresent();
  }

  // ---- what is sent to the guest

  /** Takes as many bytes of an array, from an index on, as find room; returns how many. */
  public int write(byte[] data, int from) {
    return closed || finishing ? data.length - from : queue.add(data, from);
  }

  /** Ends this side, behind what was written. */
  public void finish() {
    finishing = true;
  }

  /** Cuts it off, behind what was written. */
  public void resetAfterData() {
    resetting = true;
  }

  /** Cuts it off at once. */
  public void reset() {
    if (!closed) {
      closed = true;
      writer.reset(ends, sequence(sent), expected);
    }
  }

  /** It is over; the guest is not there to be told. */
  void abandon() {
    closed = true;
  }

  private int sequence(long place) {
    return initial + 1 + (int) place;
  }

  private long end() {
    return queue.end() + (finishing ? 1 : 0);
  }

  // ---- what the guest sends

  /** Takes a segment of it. */
  void receive(TcpSegment segment, TcpService service, long now) {
    lastHeard = now;
    timer.heard();
    if (segment.isRst()) {
      int ahead = segment.payloadSequence() - expected;
      closed |= ahead >= 0 && ahead < WINDOW;
      return;
    }
    if (segment.isSyn()) {
      if (!isEstablished() && segment.payloadSequence() - 1 == guestInitial) {
        answerSyn(now);
      } else {
        acknowledge = true; // RFC 5961 §4
      }
      return;
    }
    if (!segment.isAck() || !takeAcknowledgement(segment, now)) {
      return;
    }
    if (!isEstablished()) {
      user = Optional.of(service.opened(this, now));
    }
    takeData(segment, now);
    if (guestEnded && finishing && acknowledged == end()) {
      closed = true;
      acknowledgeIfDue();
    }
  }

  /** Returns false if nothing more of the segment can be believed. */
  private boolean takeAcknowledgement(TcpSegment segment, long now) {
    int progress = segment.acknowledgement() - sequence(acknowledged);
    if (!isEstablished() && progress != 0) {
      closed = true;
      writer.reject(ends, segment.acknowledgement());
      return false;
    }
    if (progress > sent - acknowledged) {
      acknowledge = true;
      return false;
    }
    if (progress < 0) {
      return true; // an old one, overtaken
    }
    boolean reopened = window == 0 && segment.window() > 0;
    window = segment.window();
    acknowledged += progress;
    next = reopened ? acknowledged : Math.max(next, acknowledged); // a probe was not taken
    queue.forget(acknowledged);
    if (progress > 0 || reopened || !isEstablished()) {
      timer.progress(acknowledged < sent, now);
    }
    return true;
  }

  private void takeData(TcpSegment segment, long now) {
    int old = expected - segment.payloadSequence();
    int length = segment.length();
    if (old < 0 || old > length || (old > 0 && old == length && !segment.isFin())) {
      acknowledge = true; // what is missing, or was not acknowledged in time, comes again
      return;
    }
    if (guestEnded) {
      acknowledge |= length > 0 || segment.isFin();
      return;
    }
    int fresh = length - old;
    if (fresh > 0) {
      acknowledge = true;
      expected += fresh;
      user.orElseThrow().received(segment.data(), segment.from() + old, fresh, now);
    }
    if (segment.isFin() && !closed) {
      acknowledge = true;
      expected++;
      guestEnded = true;
      user.orElseThrow().ended(now);
    }
  }

  // ---- time

  /** Sends what is due and finds room; returns when more is. */
  long step(long now) {
    if (closed) {
      return RetransmissionTimer.NEVER;
    }
    if (timer.due() <= now) {
      if (!timer.again(now)) {
        reset();
        return RetransmissionTimer.NEVER;
      }
      sendAgain();
    }
    if (isEstablished()) {
      send();
    }
    if (closed) {
      return RetransmissionTimer.NEVER;
    }
    if (next < end() || acknowledged < sent) {
      timer.start(now); // for what was sent, or for the window to open
    }
    return timer.due();
  }

  private void sendAgain() {
    if (!isEstablished()) {
      writer.synAck(ends, initial, expected);
    } else if (acknowledged < end()) {
      next = acknowledged;
      sendSegment(window == 0 ? 1 : Math.min(segmentSize, window));
    }
  }

  private void send() {
    while (next < end() && writer.hasRoom()) {
      long room = acknowledged + window - next;
      if (room <= 0) {
        break;
      }
      sendSegment((int) Math.min(segmentSize, room));
    }
    if (resetting && next == end() && writer.hasRoom()) {
      reset();
    } else {
      acknowledgeIfDue();
    }
  }

  private void acknowledgeIfDue() {
    if (acknowledge) {
      acknowledge = false;
      writer.segment(ends, sequence(sent), expected, false, queue, 0, 0);
    }
  }

  /** Sends from where it is on, at most so many bytes, and the FIN behind the last one. */
  private void sendSegment(int most) {
    int length = (int) Math.max(0, Math.min(most, queue.end() - next));
    boolean fin = finishing && next + length == queue.end();
    writer.segment(ends, sequence(next), expected, fin, queue, next, length);
    acknowledge = false;
    next += length + (fin ? 1 : 0);
    sent = Math.max(sent, next);
  }
}
