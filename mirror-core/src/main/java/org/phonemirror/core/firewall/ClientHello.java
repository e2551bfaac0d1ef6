package org.phonemirror.core.firewall;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a TLS client says first (RFC 8446 §4.1.2), up to the name of the server that it wants (RFC
 * 6066 §3). It may come in several segments and in several records.
 */
final class ClientHello {
  private static final int HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int RECORD_HEADER = 5;
  private static final int SERVER_NAME = 0;
  private static final int HOST_NAME = 0;

  /** With keys of post-quantum groups it has some 2 KiB. */
  private static final int MAX_LENGTH = 16 * 1024;

  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*");

  private byte[] stream = {};
  private boolean ended;

  /** Whether a connection's first byte may be of one. */
  static boolean mayBegin(byte[] data) {
    return data.length > 0 && data[0] == HANDSHAKE;
  }

  /** Whether all that can be told was told. */
  boolean hasEnded() {
    return ended;
  }

  /** Takes the next bytes; gives the name when it is known. */
  Optional<String> bytes(byte[] data) {
    if (ended) {
      return Optional.empty();
    }
    int length = stream.length;
    stream = Arrays.copyOf(stream, length + data.length);
    System.arraycopy(data, 0, stream, length, data.length);
    byte[] message = handshake();
    int whole = message.length < 4 ? -1 : 4 + u24(message, 1);
    boolean isHello = message.length == 0 || message[0] == CLIENT_HELLO;
    if (whole >= 0 && message.length >= whole && isHello) {
      ended = true;
      return serverName(Arrays.copyOf(message, whole));
    }
    ended = ended || !isHello || whole > MAX_LENGTH || stream.length > MAX_LENGTH;
    return Optional.empty();
  }

  /** What is in the records so far. */
  private byte[] handshake() {
    byte[] message = new byte[stream.length];
    int length = 0;
    int at = 0;
    while (at + RECORD_HEADER <= stream.length) {
      if (stream[at] != HANDSHAKE) {
        ended = true;
        break;
      }
      int end = Math.min(stream.length, at + RECORD_HEADER + u16(stream, at + 3));
      System.arraycopy(stream, at + RECORD_HEADER, message, length, end - at - RECORD_HEADER);
      length += end - at - RECORD_HEADER;
      if (end == at + RECORD_HEADER) {
        break;
      }
      at = end;
    }
    return Arrays.copyOf(message, length);
  }

  private static Optional<String> serverName(byte[] hello) {
    int at = 4 + 2 + 32; // header, version, random
    at = skip(hello, at, 1); // session id
    at = skip(hello, at, 2); // cipher suites
    at = skip(hello, at, 1); // compression methods
    int end = skip(hello, at, 2);
    if (end < 0) {
      return Optional.empty();
    }
    at += 2;
    while (at + 4 <= end) {
      int type = u16(hello, at);
      int next = at + 4 + u16(hello, at + 2);
      if (type == SERVER_NAME) {
        return next <= end ? hostName(hello, at + 4, next) : Optional.empty();
      }
      at = next;
    }
    return Optional.empty();
  }

  private static Optional<String> hostName(byte[] data, int from, int to) {
    // length of the list, type and length of its first entry
    if (to - from < 5 || data[from + 2] != HOST_NAME) {
      return Optional.empty();
    }
    int length = u16(data, from + 3);
    if (from + 5 + length > to) {
      return Optional.empty();
    }
    String name =
        new String(data, from + 5, length, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    return length <= 255 && NAME.matcher(name).matches() ? Optional.of(name) : Optional.empty();
  }

  /** Where a vector ends whose length is in so many octets; negative if that is nowhere. */
  private static int skip(byte[] data, int at, int lengthOctets) {
    if (at < 0 || at + lengthOctets > data.length) {
      return -1;
    }
    int length = lengthOctets == 1 ? data[at] & 0xff : u16(data, at);
    int end = at + lengthOctets + length;
    return end <= data.length ? end : -1;
  }

  private static int u16(byte[] data, int at) {
    return (data[at] & 0xff) << 8 | (data[at + 1] & 0xff);
  }

  private static int u24(byte[] data, int at) {
    return (data[at] & 0xff) << 16 | u16(data, at + 1);
  }
}
