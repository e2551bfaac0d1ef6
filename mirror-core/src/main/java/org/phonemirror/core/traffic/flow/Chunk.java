package org.phonemirror.core.traffic.flow;

import java.util.Arrays;
import org.phonemirror.core.tape.TcpFlow;

/**
 * Bytes that one side of a connection sent at one moment. Segments that follow each other closely
 * share one, so that a tape of a download has hundreds of items and not thousands.
 */
final class Chunk implements Item {
  /** What arrives within this is taken to arrive at once: less than a program could tell. */
  private static final long MOMENT_MICROS = 5_000;

  private static final int MAX_LENGTH = 64 * 1024;

  final Track flow;
  final boolean fromPhone;

  /** Place of its first byte in the stream. */
  final long offset;

  /** How many bytes the phone had sent before. */
  final long afterSent;

  private final long micros;
  private byte[] data;
  private int length;
  private TcpFlow.End end = TcpFlow.End.OPEN;
  private boolean cut;

  /** The next one of the same side, if that is known. */
  Chunk next;

  Chunk(
      Track flow,
      boolean fromPhone,
      long micros,
      long offset,
      long afterSent,
      byte[] from,
      int at,
      int length) {
    this.flow = flow;
    this.fromPhone = fromPhone;
    this.micros = micros;
    this.offset = offset;
    this.afterSent = afterSent;
    this.data = Arrays.copyOfRange(from, at, at + length);
    this.length = length;
  }

  /** Whether bytes that follow belong to the same moment. */
  boolean takes(long time, long place, long sent, int bytes) {
    return !cut
        && end == TcpFlow.End.OPEN
        && place == end()
        && (fromPhone || sent == afterSent)
        && time - micros < MOMENT_MICROS
        && length + bytes <= MAX_LENGTH;
  }

  /** Appends bytes; gives how much more room it takes then. */
  int append(byte[] from, int at, int bytes) {
    int before = data.length;
    if (length + bytes > before) {
      data = Arrays.copyOf(data, Math.max(length + bytes, Math.min(2 * before, MAX_LENGTH)));
    }
    System.arraycopy(from, at, data, length, bytes);
    length += bytes;
    return data.length - before;
  }

  void end(TcpFlow.End how) {
    end = how;
  }

  /** It is on a tape: nothing can be added. */
  void cut() {
    cut = true;
  }

  /** Place after its last byte in the stream. */
  long end() {
    return offset + length;
  }

  TcpFlow.End ending() {
    return end;
  }

  byte[] bytes() {
    return Arrays.copyOf(data, length);
  }

  /** Whether these bytes, at a place within it, are what it holds. */
  boolean holds(long place, byte[] other, int at, int bytes) {
    int begin = (int) (place - offset);
    return Arrays.equals(data, begin, begin + bytes, other, at, at + bytes);
  }

  @Override
  public long micros() {
    return micros;
  }

  @Override
  public int weight() {
    return OVERHEAD + data.length;
  }

  @Override
  public boolean isContent() {
    return length > 0;
  }
}
