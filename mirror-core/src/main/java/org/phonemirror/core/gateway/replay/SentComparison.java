package org.phonemirror.core.gateway.replay;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/**
 * Compares what the mirror sends on a connection with what the phone sent. Either may be ahead: the
 * phone's comes by tapes, and of what the mirror sends before its tape a little is held.
 */
final class SentComparison {
  /** Of what the mirror sends and no tape has yet. */
  static final int HELD_BYTES = 4096;

  private final Queue<byte[]> expected = new ArrayDeque<>();
  private int expectedAt;
  private long expectedBytes;

  /** Where a tape in between is missing. */
  private boolean gap;

  private byte[] held = {};
  private long sentBytes;
  private long checked;
  private long mismatch = -1;

  /** The phone has sent bytes, from a place on. */
  void expect(long place, byte[] bytes) {
    gap |= place != expectedBytes;
    expectedBytes = place + bytes.length;
    if (!gap && mismatch < 0 && bytes.length > 0) {
      expected.add(bytes);
    }
    byte[] waiting = held;
    held = new byte[0];
    compare(waiting, 0, waiting.length);
  }

  /** The mirror has sent bytes. */
  void sent(byte[] data, int from, int length) {
    sentBytes += length;
    compare(data, from, from + length);
  }

  private void compare(byte[] data, int from, int to) {
    int at = from;
    while (at < to && mismatch < 0 && held.length == 0 && !expected.isEmpty()) {
      byte[] part = expected.element();
      int length = Math.min(part.length - expectedAt, to - at);
      int differs = Arrays.mismatch(part, expectedAt, expectedAt + length, data, at, at + length);
      int same = differs < 0 ? length : differs;
      at += same;
      checked += same;
      expectedAt += same;
      if (differs >= 0) {
        differ(checked);
      } else if (expectedAt == part.length) {
        expected.remove();
        expectedAt = 0;
      }
    }
    if (at == to || mismatch >= 0) {
      return;
    }
    if (gap) {
      differ(checked);
      return;
    }
    int kept = Math.min(to - at, HELD_BYTES - held.length);
    int before = held.length;
    held = Arrays.copyOf(held, before + kept);
    System.arraycopy(data, at, held, before, kept);
    if (kept < to - at) {
      differ(checked + held.length);
    }
  }

  private void differ(long place) {
    mismatch = place;
    expected.clear();
    expectedAt = 0;
  }

  /** What the mirror has sent and is not compared. */
  byte[] held() {
    return held.clone();
  }

  long sentBytes() {
    return sentBytes;
  }

  long expectedBytes() {
    return expectedBytes;
  }

  /** Place of the first byte that differs, or -1. */
  long mismatch() {
    return mismatch;
  }

  /** Bytes of memory for what is still expected. */
  long size() {
    return expected.stream().mapToLong(part -> part.length).sum();
  }
}
