package org.phonemirror.core.qemu;

import java.io.IOException;
import java.util.BitSet;

/**
 * User ids for guests, one for each process at a time: no guest's process can read, signal or trace
 * another's. Safe for use by many threads.
 */
final class GuestUsers {
  private final int first;
  private final int count;
  private final BitSet taken = new BitSet();

  /** Where the search goes on: an id that was just given back is the last to be used again. */
  private int next;

  GuestUsers(int first, int count) {
    this.first = first;
    this.count = count;
  }

  /** Takes an id that no process of ours has. */
  synchronized int take() throws IOException {
    int free = taken.nextClearBit(next);
    if (free >= count) {
      free = taken.nextClearBit(0);
    }
    if (free >= count) {
      throw new IOException(
          "all " + count + " users for guests from " + first + " on are in use: give more");
    }
    taken.set(free);
    next = free + 1;
    return first + free;
  }

  /** Gives an id back, whose process has ended. */
  synchronized void release(int user) {
    taken.clear(user - first);
  }
}
