package org.phonemirror.core.repair;

import java.util.Arrays;

/** A file that is known to differ from the phone's, and how far its repair has come. */
final class OpenFile {
  /** After so many attempts by delta a file is asked for whole, and after some more given up. */
  private static final int DELTA_ATTEMPTS = 3;

  private static final int ATTEMPTS = 6;

  /** A phone waits for a better time for at most so many intervals, and its answer takes some. */
  private static final int POSTPONED_INTERVALS = 10;

  private byte[] hash;
  private int failures;
  private int rest;
  private long offset;

  /** What has these first bytes of a hash on the phone. */
  OpenFile(byte[] hash) {
    this.hash = hash.clone();
  }

  /** The phone's version is another now: what was tried does not count. */
  void changed(byte[] now) {
    if (!Arrays.equals(now, hash)) {
      hash = now.clone();
      failures = 0;
      rest = 0;
    }
  }

  boolean isNow(byte[] shortHash) {
    return Arrays.equals(hash, shortHash);
  }

  /** From where on the phone is asked for it. */
  long offset() {
    return offset;
  }

  /** Up to here it is the phone's. */
  void reached(long end) {
    offset = end;
    failures = 0;
  }

  void failed() {
    offset = 0;
    failures++;
  }

  void giveUp() {
    failures = ATTEMPTS;
  }

  void postponed() {
    rest = POSTPONED_INTERVALS;
  }

  void answered() {
    rest = 0;
  }

  /** Whether the phone is to be asked after this interval. */
  boolean isDue() {
    if (rest > 0) {
      rest--;
    }
    return rest == 0 && !isGivenUp();
  }

  boolean isGivenUp() {
    return failures >= ATTEMPTS;
  }

  /** Whether the mirror's version is of use as the base of a delta. */
  boolean isByDelta() {
    return failures < DELTA_ATTEMPTS;
  }
}
