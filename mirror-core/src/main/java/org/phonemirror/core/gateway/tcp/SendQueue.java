package org.phonemirror.core.gateway.tcp;

import java.util.Arrays;

/**
 * What is to be sent and not acknowledged yet, counted from the connection's first byte. Grows as
 * it is used, to {@link #MAX_BYTES}.
 */
final class SendQueue {
  /** Some windows' worth, so that the next step comes in time. */
  static final int MAX_BYTES = 256 << 10;

  private static final int FIRST_BYTES = 4 << 10;

  private byte[] ring = {};
  private long begin;
  private long end;

  /** Adds as many bytes as find room, and returns how many. */
  int add(byte[] data, int from) {
    int count = Math.min(data.length - from, MAX_BYTES - (int) (end - begin));
    grow((int) (end - begin) + count);
    for (int done = 0; done < count; ) {
      int at = (int) ((end + done) % ring.length);
      int piece = Math.min(count - done, ring.length - at);
      System.arraycopy(data, from + done, ring, at, piece);
      done += piece;
    }
    end += count;
    return count;
  }

  private void grow(int size) {
    if (size <= ring.length) {
      return;
    }
    int larger = Math.max(FIRST_BYTES, Math.min(MAX_BYTES, Integer.highestOneBit(size - 1) * 2));
    byte[] grown = new byte[larger];
    for (long place = begin; place < end; ) {
      int at = (int) (place % ring.length);
      int to = (int) (place % larger);
      int piece = (int) Math.min(end - place, Math.min(ring.length - at, larger - to));
      System.arraycopy(ring, at, grown, to, piece);
      place += piece;
    }
    ring = grown;
  }

  /** Copies bytes from a place on. */
  void copy(long place, byte[] to, int at, int count) {
    for (int done = 0; done < count; ) {
      int index = (int) ((place + done) % ring.length);
      int piece = Math.min(count - done, ring.length - index);
      System.arraycopy(ring, index, to, at + done, piece);
      done += piece;
    }
  }

  /** Forgets what is before a place. */
  void forget(long place) {
    begin = Math.min(place, end);
    if (begin == end && ring.length > FIRST_BYTES) {
      ring = Arrays.copyOf(ring, FIRST_BYTES);
    }
  }

  /** Place behind the last byte. */
  long end() {
    return end;
  }
}
