package org.phonemirror.core.traffic.packet;

import java.util.Arrays;
import java.util.BitSet;

/** A packet that is being put together from its fragments. */
final class Assembly {
  private static final int UNIT = 8;
  private static final int MAX_LENGTH = 65_535;
  private static final int UNKNOWN = -1;

  /** What came of adding a fragment. */
  enum Outcome {
    INCOMPLETE,
    COMPLETE,
    OUT_OF_BOUNDS,
    OVERLAP
  }

  final long deadline;
  private final BitSet units = new BitSet();
  private byte[] payload = {};
  private int length = UNKNOWN;
  private int protocol = UNKNOWN;

  Assembly(long deadline) {
    this.deadline = deadline;
  }

  /** Room that it takes. */
  int bytes() {
    return payload.length;
  }

  /** Room that it will take with this fragment. */
  static int bytesWith(IpPacket fragment) {
    return fragment.fragmentOffset + fragment.to - fragment.from;
  }

  Outcome add(IpPacket fragment) {
    int size = fragment.to - fragment.from;
    int begin = fragment.fragmentOffset;
    int end = begin + size;
    boolean last = !fragment.moreFragments;
    if (size == 0
        || end > MAX_LENGTH
        || (!last && size % UNIT != 0)
        || (last && length != UNKNOWN && length != end)
        || (last && units.length() * UNIT - UNIT >= end)
        || (!last && length != UNKNOWN && end >= length)) {
      return Outcome.OUT_OF_BOUNDS;
    }
    int firstUnit = begin / UNIT;
    int unitsEnd = (end + UNIT - 1) / UNIT;
    int present = units.get(firstUnit, unitsEnd).cardinality();
    if (present > 0) {
      boolean same =
          present == unitsEnd - firstUnit
              && Arrays.equals(payload, begin, end, fragment.data, fragment.from, fragment.to);
      return same ? Outcome.INCOMPLETE : Outcome.OVERLAP;
    }
    if (end > payload.length) {
      payload = Arrays.copyOf(payload, end);
    }
    System.arraycopy(fragment.data, fragment.from, payload, begin, size);
    units.set(firstUnit, unitsEnd);
    if (last) {
      length = end;
    }
    if (begin == 0) {
      protocol = fragment.protocol;
    }
    return isComplete() ? Outcome.COMPLETE : Outcome.INCOMPLETE;
  }

  private boolean isComplete() {
    return length != UNKNOWN && units.cardinality() == (length + UNIT - 1) / UNIT;
  }

  void moveTo(IpPacket packet) {
    packet.whole(payload, length, protocol);
  }
}
