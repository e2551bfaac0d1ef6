package org.phonemirror.core.traffic.flow;

import org.phonemirror.core.traffic.packet.Budget;

/**
 * One direction of a TCP connection, put together as its receiver does (RFC 9293 §3.4, §3.10.7.4),
 * from copies that may be missing.
 *
 * <p>Bytes are counted from the first one after the SYN, in 64 bits: the place of a sequence number
 * is the one nearest to where the stream is at, so that wrap-around needs no thought. A place is
 * believed when no window could reach beyond it.
 *
 * <p>An acknowledgement by the other side that goes beyond what was seen tells that the copy lost
 * bytes: the stream goes on after them. Nothing else tells: bytes that the path lost are sent
 * again.
 */
abstract class HalfStream {
  /** The largest window (RFC 7323 §2.3). */
  private static final long MAX_WINDOW = 1L << 30;

  /**
   * How far beyond what was seen a RST is still taken for one of this connection: a window without
   * scaling.
   */
  private static final int RST_WINDOW = 65_535;

  private static final long UNKNOWN = Long.MAX_VALUE / 2;

  /** What to make of a RST. */
  enum Reset {
    BELIEVED,
    /** It comes after bytes that were not seen, or is forged. */
    AFTER_HOLE,
    INVALID
  }

  private final EarlyBytes early;
  private final Unacknowledged unacknowledged = new Unacknowledged();
  private boolean begun;

  /** Sequence number of the first byte. */
  private int base;

  /** Where the stream is at: the place of the next byte. */
  private long next;

  private long acknowledged;

  /** Place of the FIN. */
  private long end = UNKNOWN;

  private boolean ended;
  private long holeEnd = -1;

  HalfStream(int earlyLimit, Budget budget) {
    early = new EarlyBytes(earlyLimit, budget);
  }

  /** Takes the next bytes of the stream. */
  abstract void deliver(long place, byte[] data, int from, int length);

  /** The copy lost bytes. */
  abstract void hole(boolean another);

  /** Bytes were sent again, but others. */
  abstract void conflict();

  /** Bytes came too early to be kept. */
  abstract void dropped();

  /** All bytes up to the FIN were delivered, or are lost for good. */
  abstract void finished();

  boolean hasBegun() {
    return begun;
  }

  /** Where the stream is at. */
  long position() {
    return next;
  }

  void begin(int firstSequence) {
    begun = true;
    base = firstSequence;
  }

  boolean beginsAt(int firstSequence) {
    return begun && base == firstSequence;
  }

  private long place(int sequence) {
    return next + (sequence - (base + (int) next));
  }

  /** Bytes that were recorded, to compare with what is sent again. */
  void keep(Chunk chunk) {
    unacknowledged.add(chunk);
  }

  /** Takes a segment; false if it can't be one of this stream. */
  boolean segment(int sequence, byte[] data, int from, int length, boolean fin) {
    long place = place(sequence);
    if (Math.abs(place - next) > MAX_WINDOW || !isConsistent(place, length, fin)) {
      return false;
    }
    if (fin) {
      end = place + length;
    }
    if (length > 0) {
      bytes(place, data, from, (int) Math.min(length, Math.max(0, end - place)));
    }
    finishIfComplete();
    return true;
  }

  private boolean isConsistent(long place, int length, boolean fin) {
    if (!fin) {
      return true;
    }
    long finPlace = place + length;
    return end == UNKNOWN ? finPlace >= next : finPlace == end;
  }

  private void bytes(long place, byte[] data, int from, int length) {
    int repeated = (int) Math.max(0, Math.min(length, next - place));
    // a keep-alive repeats the last byte, and may do so with any value (RFC 9293 §3.8.4)
    boolean keepAlive = length == 1 && place == next - 1;
    if (repeated > 0 && !keepAlive && unacknowledged.differ(place, data, from, repeated)) {
      conflict();
    }
    fresh(place + repeated, data, from + repeated, length - repeated);
  }

  private void fresh(long place, byte[] data, int from, int length) {
    int now = place == next ? (int) Math.min(length, early.first() - next) : 0;
    if (now > 0) {
      next += now;
      deliver(place, data, from, now);
    }
    if (now < length) {
      EarlyBytes.Outcome outcome = early.add(place + now, data, from + now, length - now);
      if (outcome == EarlyBytes.Outcome.CONFLICT) {
        conflict();
      } else if (outcome == EarlyBytes.Outcome.FULL) {
        dropped();
      }
    }
    drain();
  }

  private void drain() {
    while (early.first() == next) {
      byte[] segment = early.remove();
      long place = next;
      next += segment.length;
      deliver(place, segment, 0, segment.length);
    }
  }

  /** The other side has all before a sequence number; false if that can't be. */
  boolean acknowledge(int sequence) {
    long place = place(sequence);
    if (Math.abs(place - next) > MAX_WINDOW) {
      return false;
    }
    place = Math.min(place, end); // the FIN has a number of its own
    while (next < place) {
      skip(Math.min(place, early.first()));
      drain();
    }
    if (place > acknowledged) {
      acknowledged = place;
      unacknowledged.acknowledged(place);
    }
    finishIfComplete();
    return true;
  }

  private void skip(long to) {
    hole(next != holeEnd);
    next = to;
    holeEnd = to;
  }

  /** Whether the other side's answer to the opening is one to ours. */
  boolean answers(int acknowledgement) {
    long place = place(acknowledgement);
    return place >= 0 && place <= next;
  }

  Reset reset(int sequence) {
    long place = place(sequence);
    long highest = early.isEmpty() ? next : early.end();
    if (place >= acknowledged && place <= (end == highest ? end + 1 : highest)) {
      return Reset.BELIEVED;
    }
    return place > highest && place - highest <= RST_WINDOW ? Reset.AFTER_HOLE : Reset.INVALID;
  }

  private void finishIfComplete() {
    if (next == end && !ended) {
      ended = true;
      finished();
    }
  }

  boolean hasEnded() {
    return ended;
  }

  void close() {
    early.clear();
  }
}
