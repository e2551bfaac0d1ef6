package org.phonemirror.sync;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes fields of any number of bits, the highest bit first. */
final class BitWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int current;
  private int used;

  /** The lowest {@code count} bits of a value, 0 to 63 of them. */
  void bits(long value, int count) {
    for (int i = count - 1; i >= 0; i--) {
      current = (current << 1) | (int) ((value >>> i) & 1);
      if (++used == 8) {
        out.write(current);
        current = 0;
        used = 0;
      }
    }
  }

  /** A number from 0 in 7-bit groups, the lowest first, with a 1 before each but the last. */
  void varint(long value) {
    long rest = value;
    while (rest >= 0x80) {
      bits(0x80 | (rest & 0x7f), 8);
      rest >>>= 7;
    }
    bits(rest, 8);
  }

  /** A number from 0 as a Rice code: its quotient by 2^k in unary, then its k lowest bits. */
  void rice(long value, int k) {
    for (long quotient = value >>> k; quotient > 0; quotient--) {
      bits(1, 1);
    }
    bits(0, 1);
    bits(value, k);
  }

  void bytes(byte[] bytes) {
    for (byte b : bytes) {
      bits(b, 8);
    }
  }

  void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    varint(bytes.length);
    bytes(bytes);
  }

  /** All that was written, with 0 bits up to a whole byte. */
  byte[] toByteArray() {
    while (used != 0) {
      bits(0, 1);
    }
    return out.toByteArray();
  }
}
