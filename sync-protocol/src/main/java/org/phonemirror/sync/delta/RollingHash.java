package org.phonemirror.sync.delta;

/**
 * A hash of the last so many bytes that moves on by one byte in constant time: a polynomial over
 * the integers modulo 2^64 (R. M. Karp, M. O. Rabin, "Efficient randomized pattern-matching
 * algorithms", 1987). Its upper bits are the good ones.
 */
final class RollingHash {
  private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;

  /** Bits of it that are told to the other side. */
  static final int WEAK_BITS = 24;

  private final byte[] data;
  private final int length;
  private final long leading;
  private long value;

  /** Over the {@code length} bytes from {@code at}. */
  RollingHash(byte[] data, int at, int length) {
    this.data = data;
    this.length = length;
    long power = 1;
    for (int i = 1; i < length; i++) {
      power *= MULTIPLIER;
    }
    this.leading = power;
    moveTo(at);
  }

  /** Begins anew elsewhere. */
  void moveTo(int at) {
    value = 0;
    for (int i = at; i < at + length; i++) {
      value = value * MULTIPLIER + term(i);
    }
  }

  /** From {@code at} to the next byte. */
  void roll(int at) {
    value = (value - term(at) * leading) * MULTIPLIER + term(at + length);
  }

  private long term(int i) {
    return (data[i] & 0xff) + 1L;
  }

  int weak() {
    return (int) (value >>> (64 - WEAK_BITS));
  }
}
