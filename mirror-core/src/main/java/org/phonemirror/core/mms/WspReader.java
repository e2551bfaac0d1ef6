package org.phonemirror.core.mms;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads basic values (WAP-230-WSP §8.4.2) within a range of bytes, and never beyond it. Where a
 * value is wrong, the offset that is told counts from the beginning of the whole message.
 */
final class WspReader {
  private static final int LENGTH_QUOTE = 31;
  private static final int FIRST_TEXT = 32;
  private static final int FIRST_SHORT = 128;
  private static final int TEXT_QUOTE = 127;
  private static final int QUOTED_STRING = 34;

  private final byte[] bytes;
  private final int end;
  private int position;

  WspReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private WspReader(byte[] bytes, int position, int end) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  int position() {
    return position;
  }

  boolean hasMore() {
    return position < end;
  }

  int remaining() {
    return end - position;
  }

  MalformedMmsException malformed(String what) {
    return new MalformedMmsException(what, position);
  }

  /** The next byte, which stays. */
  int peek(String what) throws MalformedMmsException {
    if (position >= end) {
      throw malformed(what + " is missing: the message ends here");
    }
    return bytes[position] & 0xFF;
  }

  int octet(String what) throws MalformedMmsException {
    int octet = peek(what);
    position++;
    return octet;
  }

  byte[] octets(String what, long length) throws MalformedMmsException {
    return range(what, length).rest();
  }

  byte[] rest() {
    byte[] rest = Arrays.copyOfRange(bytes, position, end);
    position = end;
    return rest;
  }

  /** A reader of the next bytes, which this one leaves behind. */
  WspReader range(String what, long length) throws MalformedMmsException {
    if (length > remaining()) {
      throw malformed(what + " has " + length + " bytes, but only " + remaining() + " follow");
    }
    WspReader range = new WspReader(bytes, position, position + (int) length);
    position += (int) length;
    return range;
  }

  /** Uintvar-integer, of at most 32 bits. */
  long uintvar(String what) throws MalformedMmsException {
    long value = 0;
    for (int i = 0; i < 5; i++) {
      int octet = octet(what);
      value = value << 7 | (octet & 0x7F);
      if (octet < 0x80) {
        return value;
      }
    }
    throw malformed(what + " is a length of more than 5 bytes");
  }

  /** Value-length and the value of that length. */
  WspReader value(String what) throws MalformedMmsException {
    int first = octet(what);
    if (first > LENGTH_QUOTE) {
      position--;
      throw malformed(what + " should begin with its length");
    }
    return range(what, first == LENGTH_QUOTE ? uintvar(what) : first);
  }

  /** Whether a value with a length follows, as opposed to a text or a short integer. */
  boolean atValue(String what) throws MalformedMmsException {
    return peek(what) <= LENGTH_QUOTE;
  }

  /** Whether a short integer follows. */
  boolean atShort(String what) throws MalformedMmsException {
    return peek(what) >= FIRST_SHORT;
  }

  /** Short-integer. */
  int shortInteger(String what) throws MalformedMmsException {
    int octet = octet(what);
    if (octet < FIRST_SHORT) {
      position--;
      throw malformed(what + " is " + octet + ", must be a short integer");
    }
    return octet & 0x7F;
  }

  /** Integer-value: short or long. */
  long integer(String what) throws MalformedMmsException {
    return atShort(what) ? shortInteger(what) : longInteger(what);
  }

  private long longInteger(String what) throws MalformedMmsException {
    int length = octet(what);
    if (length == 0 || length >= LENGTH_QUOTE) {
      position--;
      throw malformed(what + " must be an integer");
    }
    WspReader digits = range(what, length);
    long value = 0;
    while (digits.hasMore()) {
      value = value << 8 | digits.octet(what);
      if (value > Check.MAX_NUMBER) {
        throw malformed(what + " is more than " + Check.MAX_NUMBER);
      }
    }
    return value;
  }

  /** Text-string, as UTF-8. */
  String text(String what) throws MalformedMmsException {
    return text(what, StandardCharsets.UTF_8, TEXT_QUOTE);
  }

  /** Quoted-string, or a Text-string, which phones write in its place. */
  String quoted(String what) throws MalformedMmsException {
    return text(
        what, StandardCharsets.UTF_8, peek(what) == QUOTED_STRING ? QUOTED_STRING : TEXT_QUOTE);
  }

  private String text(String what, Charset charset, int quote) throws MalformedMmsException {
    if (peek(what) == quote) {
      position++;
    }
    int begin = position;
    while (position < end && bytes[position] != 0) {
      position++;
    }
    if (position == end) {
      position = begin;
      throw malformed(what + " is a text without an end");
    }
    if (position - begin > MmsLimits.TEXT_BYTES) {
      position = begin;
      throw malformed(what + " is longer than " + MmsLimits.TEXT_BYTES + " bytes");
    }
    return checked(what, new String(bytes, begin, position++ - begin, charset));
  }

  /** Encoded-string-value (OMA-TS-MMS_ENC-V1_2 §7.3.19): a text, or its charset and a text. */
  String encodedString(String what) throws MalformedMmsException {
    if (peek(what) == 0 || !atValue(what)) {
      return text(what);
    }
    WspReader value = value(what);
    Charset charset = WellKnown.decoder(value.integer(what));
    if (value.hasMore() && value.peek(what) == TEXT_QUOTE) {
      value.position++;
    }
    if (value.remaining() > MmsLimits.TEXT_BYTES) {
      throw value.malformed(what + " is longer than " + MmsLimits.TEXT_BYTES + " bytes");
    }
    String text = new String(value.rest(), charset);
    int nul = text.indexOf('\0');
    return checked(what, nul < 0 ? text : text.substring(0, nul));
  }

  /** What replaces bytes that are no text of their charset may be longer than they are. */
  private String checked(String what, String text) throws MalformedMmsException {
    if (text.getBytes(StandardCharsets.UTF_8).length > MmsLimits.TEXT_BYTES) {
      throw malformed(what + " is longer than " + MmsLimits.TEXT_BYTES + " bytes in UTF-8");
    }
    return text;
  }

  /** Passes any value, by what its first byte tells (WAP-230-WSP §8.4.1.2). */
  void skipValue(String what) throws MalformedMmsException {
    int first = peek(what);
    if (first <= LENGTH_QUOTE) {
      value(what);
    } else if (first < FIRST_SHORT) {
      while (octet(what) != 0) {
        // to the end of the text
      }
    } else {
      position++;
    }
  }

  /** A parameter's value without a type: an integer in decimal digits, or a text. */
  String untyped(String what) throws MalformedMmsException {
    int first = peek(what);
    if (first == 0) {
      position++;
      return "";
    }
    return first < FIRST_TEXT || first >= FIRST_SHORT ? Long.toString(integer(what)) : quoted(what);
  }
}
