package org.phonemirror.sync;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads what {@link BitWriter} wrote; whatever the bytes are, it reads no further than they go. */
final class BitReader {
  private final byte[] bytes;
  private long position;

  BitReader(byte[] bytes) {
    this.bytes = bytes;
  }

  long bits(int count) throws MalformedMessageException {
    if (position + count > bytes.length * 8L) {
      throw new MalformedMessageException(
          "message ends at byte " + bytes.length + ", in the middle of a field");
    }
    long value = 0;
    for (int i = 0; i < count; i++, position++) {
      int bit = (bytes[(int) (position >>> 3)] >>> (7 - (int) (position & 7))) & 1;
      value = (value << 1) | bit;
    }
    return value;
  }

  long varint() throws MalformedMessageException {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      long group = bits(8);
      value |= (group & 0x7f) << shift;
      if (group < 0x80) {
        return value;
      }
    }
    throw new MalformedMessageException("number of more than 63 bits before " + here());
  }

  /** A varint that counts or sizes something. */
  int count(String what, int max) throws MalformedMessageException {
    long value = varint();
    if (value > max) {
      throw new MalformedMessageException(what + " is " + value + ", at most " + max);
    }
    return (int) value;
  }

  long rice(int k) throws MalformedMessageException {
    long quotient = 0;
    while (bits(1) == 1) {
      quotient++;
    }
    if (quotient > Long.MAX_VALUE >>> (k + 2)) {
      throw new MalformedMessageException("number of more than 61 bits before " + here());
    }
    return (quotient << k) | bits(k);
  }

  byte[] bytes(int count) throws MalformedMessageException {
    byte[] result = new byte[count];
    for (int i = 0; i < count; i++) {
      result[i] = (byte) bits(8);
    }
    return result;
  }

  String text(String what, int maxBytes) throws MalformedMessageException {
    byte[] utf8 = bytes(count("length of the " + what, maxBytes));
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedMessageException(what + " before " + here() + " is not UTF-8", e);
    }
  }

  /** Checks that nothing but padding is left. */
  void end() throws MalformedMessageException {
    long left = bytes.length * 8L - position;
    if (left >= 8) {
      throw new MalformedMessageException((left / 8) + " bytes too many at " + here());
    }
    if (bits((int) left) != 0) {
      throw new MalformedMessageException("padding at " + here() + " is not zero");
    }
  }

  private String here() {
    return "byte " + (position >>> 3);
  }
}
