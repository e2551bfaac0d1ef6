package org.phonemirror.core.traffic.flow;

/**
 * The recorded bytes of a stream that the other side has not acknowledged: what is sent again is
 * compared with them. Older bytes don't matter, as the other side discards what it has.
 */
final class Unacknowledged {
  private Chunk oldest;
  private Chunk newest;

  void add(Chunk chunk) {
    if (newest == null) {
      oldest = chunk;
    } else {
      newest.next = chunk;
    }
    newest = chunk;
  }

  /** Lets go of chunks that are acknowledged as a whole. */
  void acknowledged(long upTo) {
    while (oldest != null && oldest.end() <= upTo) {
      Chunk next = oldest.next;
      oldest.next = null;
      oldest = next;
    }
    if (oldest == null) {
      newest = null;
    }
  }

  /** Whether bytes that are sent again are known to be others than before. */
  boolean differ(long place, byte[] data, int from, int length) {
    for (Chunk chunk = oldest; chunk != null; chunk = chunk.next) {
      long begin = Math.max(place, chunk.offset);
      long end = Math.min(place + length, chunk.end());
      if (begin < end
          && !chunk.holds(begin, data, from + (int) (begin - place), (int) (end - begin))) {
        return true;
      }
    }
    return false;
  }
}
