package org.phonemirror.core.mms;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes basic values (WAP-230-WSP §8.4.2). */
final class WspWriter {
  private static final int LENGTH_QUOTE = 31;
  private static final int TEXT_QUOTE = 127;
  private static final int QUOTED_STRING = 34;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  byte[] toBytes() {
    return out.toByteArray();
  }

  WspWriter octet(int octet) {
    out.write(octet);
    return this;
  }

  WspWriter octets(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** Uintvar-integer. */
  WspWriter uintvar(long value) {
    for (int shift = 28; shift > 0; shift -= 7) {
      if (value >> shift != 0) {
        out.write((int) (value >> shift & 0x7F) | 0x80);
      }
    }
    out.write((int) (value & 0x7F));
    return this;
  }

  /** Value-length and value. */
  WspWriter value(WspWriter value) {
    int length = value.out.size();
    if (length < LENGTH_QUOTE) {
      out.write(length);
    } else {
      out.write(LENGTH_QUOTE);
      uintvar(length);
    }
    return octets(value.toBytes());
  }

  /** Integer-value: short if it fits. */
  WspWriter integer(long value) {
    return value < 0x80 ? octet((int) value | 0x80) : longInteger(value);
  }

  /** Long-integer, in as few bytes as it needs. */
  WspWriter longInteger(long value) {
    int length = Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 7) / 8);
    out.write(length);
    for (int shift = 8 * (length - 1); shift >= 0; shift -= 8) {
      out.write((int) (value >> shift));
    }
    return this;
  }

  /** Text-string. */
  WspWriter text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0 && (bytes[0] & 0xFF) >= TEXT_QUOTE) {
      out.write(TEXT_QUOTE);
    }
    return octets(bytes).octet(0);
  }

  /** Quoted-string. */
  WspWriter quoted(String text) {
    return octet(QUOTED_STRING).octets(text.getBytes(StandardCharsets.UTF_8)).octet(0);
  }

  /** Text-string where a Quoted-string may be, too: one that looks like it becomes it. */
  WspWriter textOrQuoted(String text) {
    return text.startsWith("\"") ? quoted(text) : text(text);
  }

  /** Encoded-string-value: plain text where that does, as older phones know nothing else. */
  WspWriter encodedString(String text) {
    boolean plain = text.chars().allMatch(c -> c >= 0x20 && c < TEXT_QUOTE);
    return plain ? text(text) : value(new WspWriter().integer(WellKnown.UTF_8).text(text));
  }
}
