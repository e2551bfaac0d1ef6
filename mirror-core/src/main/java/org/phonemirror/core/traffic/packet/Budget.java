package org.phonemirror.core.traffic.packet;

/** Bytes that many may take from together. For one thread. */
public final class Budget {
  private long left;

  public Budget(long bytes) {
    left = bytes;
  }

  /** Takes bytes, or none if there are not as many. */
  public boolean take(long bytes) {
    if (bytes > left) {
      return false;
    }
    left -= bytes;
    return true;
  }

  /** Gives back what was taken. */
  public void give(long bytes) {
    left += bytes;
  }

  public long left() {
    return left;
  }
}
