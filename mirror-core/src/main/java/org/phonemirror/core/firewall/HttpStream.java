package org.phonemirror.core.firewall;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One direction of an HTTP/1.1 connection, cut into messages (RFC 9112 §6). It keeps nothing of
 * them but the head that it is reading.
 */
abstract class HttpStream {
  private static final int MAX_HEAD = 16 * 1024;
  private static final int MAX_EMPTY_LINES = 4;
  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,18}");
  private static final Pattern HEXADECIMAL = Pattern.compile("[0-9A-Fa-f]{1,15}");

  /** What follows a head. */
  enum Body {
    /** What its fields say. */
    AS_FRAMED,
    /** Nothing, whatever they say. */
    NONE,
    /** It does not matter: this is HTTP no more. */
    ANYTHING
  }

  private enum State {
    START_LINE,
    FIELDS,
    SIZED,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILERS,
    UNTIL_CLOSE,
    GIVEN_UP
  }

  private final boolean closeEndsBody;
  private State state = State.START_LINE;
  private byte[] line = new byte[128];
  private int lineLength;
  private int headLength;
  private int emptyLines;
  private String startLine = "";
  private final Set<String> lengths = new HashSet<>();
  private String transferCoding = "";

  /** Bytes of the body or chunk that are to come. */
  private long left;

  /**
   * Begins before the first message.
   *
   * @param closeEndsBody whether a body of unknown length ends with the connection, as those of
   *     responses do
   */
  HttpStream(boolean closeEndsBody) {
    this.closeEndsBody = closeEndsBody;
  }

  /** A message begins. */
  abstract Body begins(String messageStartLine);

  /** The next bytes of its body. */
  abstract void body(byte[] data, int from, int length);

  /** The message is complete. */
  abstract void complete();

  /** Whether this is no HTTP, or can be followed no longer. */
  boolean hasGivenUp() {
    return state == State.GIVEN_UP;
  }

  void giveUp() {
    state = State.GIVEN_UP;
    line = new byte[0];
  }

  /** Takes the next bytes of the stream. */
  void bytes(byte[] data) {
    int at = 0;
    while (at < data.length && state != State.GIVEN_UP) {
      switch (state) {
        case SIZED, CHUNK -> {
          int part = (int) Math.min(left, data.length - at);
          body(data, at, part);
          at += part;
          left -= part;
          if (left == 0 && state == State.SIZED) {
            end();
          } else if (left == 0 && state == State.CHUNK) {
            state = State.CHUNK_END;
          }
        }
        case UNTIL_CLOSE -> {
          body(data, at, data.length - at);
          at = data.length;
        }
        default -> at = readLine(data, at);
      }
    }
  }

  /** The stream has ended, in order. */
  void ended() {
    if (state == State.UNTIL_CLOSE) {
      end();
    }
    giveUp();
  }

  private int readLine(byte[] data, int from) {
    int at = from;
    while (at < data.length) {
      byte octet = data[at++];
      if (++headLength > MAX_HEAD) {
        giveUp();
        return at;
      }
      if (octet == '\n') {
        int length = lineLength > 0 && line[lineLength - 1] == '\r' ? lineLength - 1 : lineLength;
        lineLength = 0;
        line(new String(line, 0, length, StandardCharsets.ISO_8859_1));
        return at;
      }
      if (lineLength == line.length) {
        line = Arrays.copyOf(line, 2 * line.length);
      }
      line[lineLength++] = octet;
    }
    return at;
  }

  private void line(String text) {
    switch (state) {
      case START_LINE -> startLine(text);
      case FIELDS -> {
        if (text.isEmpty()) {
          headRead();
        } else {
          field(text);
        }
      }
      case CHUNK_SIZE -> chunkSize(text);
      case CHUNK_END -> {
        state = State.CHUNK_SIZE;
        headLength = 0;
        if (!text.isEmpty()) {
          giveUp();
        }
      }
      default -> { // trailers
        if (text.isEmpty()) {
          end();
        }
      }
    }
  }

  private void startLine(String text) {
    if (text.isEmpty()) {
      if (++emptyLines > MAX_EMPTY_LINES) {
        giveUp();
      }
      return;
    }
    startLine = text;
    state = State.FIELDS;
    lengths.clear();
    transferCoding = "";
    if (!text.contains("HTTP/1.")) {
      giveUp();
    }
  }

  private void field(String text) {
    int colon = text.indexOf(':');
    if (colon <= 0) {
      giveUp();
      return;
    }
    String value = text.substring(colon + 1).strip();
    switch (text.substring(0, colon).toLowerCase(Locale.ROOT)) {
      case "content-length" -> lengths.addAll(List.of(value.split("\\s*,\\s*")));
      case "transfer-encoding" -> transferCoding = value.toLowerCase(Locale.ROOT);
      default -> {}
    }
  }

  private void headRead() {
    headLength = 0;
    Body expected = begins(startLine);
    if (hasGivenUp()) {
      return;
    }
    if (expected == Body.ANYTHING) {
      giveUp();
    } else if (expected == Body.NONE) {
      end();
    } else if (transferCoding.endsWith("chunked")) {
      state = State.CHUNK_SIZE;
    } else if (transferCoding.isEmpty() && !lengths.isEmpty()) {
      sized();
    } else if (closeEndsBody) {
      state = State.UNTIL_CLOSE;
    } else if (transferCoding.isEmpty()) {
      end();
    } else {
      giveUp();
    }
  }

  private void sized() {
    String length = lengths.iterator().next();
    if (lengths.size() > 1 || !DECIMAL.matcher(length).matches()) {
      giveUp();
      return;
    }
    left = Long.parseLong(length);
    state = State.SIZED;
    if (left == 0) {
      end();
    }
  }

  private void chunkSize(String text) {
    int extension = text.indexOf(';');
    String size = (extension < 0 ? text : text.substring(0, extension)).strip();
    headLength = 0;
    if (!HEXADECIMAL.matcher(size).matches()) {
      giveUp();
      return;
    }
    left = Long.parseLong(size, 16);
    state = left == 0 ? State.TRAILERS : State.CHUNK;
  }

  private void end() {
    state = State.START_LINE;
    headLength = 0;
    emptyLines = 0;
    complete();
  }
}
