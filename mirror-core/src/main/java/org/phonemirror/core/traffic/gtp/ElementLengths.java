package org.phonemirror.core.traffic.gtp;

/** Lengths of the information elements that don't tell theirs (TS 29.060 Table 37). */
final class ElementLengths {
  private static final int UNKNOWN = -1;

  private ElementLengths() {}

  /** Bytes after the type; negative for a type that must not be stepped over. */
  static int of(int type) {
    return switch (type) {
      // cause, reordering, MAP cause, MS validated, recovery, selection mode, teardown, NSAPI,
      // RANAP cause, radio priorities, MS not reachable
      case 1, 8, 11, 13, 14, 15, 19, 20, 21, 23, 24, 29 -> 1;
      // packet flow, charging characteristics, trace reference, trace type
      case 25, 26, 27, 28 -> 2;
      // P-TMSI signature
      case 12 -> 3;
      // TLLI, P-TMSI, TEIDs, charging
      case 4, 5, 16, 17, 127 -> 4;
      // TEID data II
      case 18 -> 5;
      // routeing area
      case 3 -> 6;
      // IMSI
      case 2 -> 8;
      // RAB context
      case 22 -> 9;
      // authentication triplet
      case 9 -> 28;
      default -> UNKNOWN;
    };
  }
}
