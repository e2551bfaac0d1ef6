package org.phonemirror.core.upload;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's answer (RFC 9112).
 *
 * @param fields of its head, by names in small letters; of repeated ones the last
 * @param body no more than what is of use here
 */
record HttpAnswer(int status, Map<String, String> fields, byte[] body) {
  private static final Pattern STATUS_LINE =
      Pattern.compile("HTTP/1\\.[0-9] ([1-5][0-9]{2})( .*)?");
  private static final int MAX_LINE = 8 * 1024;
  private static final int MAX_FIELDS = 100;
  private static final int MAX_INTERIM = 10;
  private static final int MAX_BODY = 64 * 1024;

  HttpAnswer {
    fields = Map.copyOf(fields);
    body = body.clone();
  }

  @Override
  public byte[] body() {
    return body.clone();
  }

  /**
   * Reads one.
   *
   * @param interim whether {@code 100 Continue} is one
   */
  static HttpAnswer read(InputStream in, boolean interim) throws IOException {
    for (int i = 0; i < MAX_INTERIM; i++) {
      HttpAnswer head = head(in);
      if (head.status >= 200) {
        return new HttpAnswer(head.status, head.fields, head.bodyFrom(in));
      } else if (head.status == 100 && interim) {
        return head;
      }
    }
    throw new IOException("the server does not come to an answer");
  }

  private static HttpAnswer head(InputStream in) throws IOException {
    String line = line(in);
    Matcher status = STATUS_LINE.matcher(line);
    if (!status.matches()) {
      throw new IOException("the server does not speak HTTP");
    }
    Map<String, String> fields = new HashMap<>();
    for (line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      if (colon < 1 || fields.size() == MAX_FIELDS) {
        throw new IOException("the server's answer has a broken or too long head");
      }
      fields.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new HttpAnswer(Integer.parseInt(status.group(1)), fields, new byte[0]);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the server has ended the connection");
      }
      if (line.size() == MAX_LINE) {
        throw new IOException("the server's answer has a line without end");
      }
      line.write(c);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  private byte[] bodyFrom(InputStream in) throws IOException {
    if (status == 204 || status == 304) {
      return new byte[0];
    }
    if ("chunked".equalsIgnoreCase(fields.get("transfer-encoding"))) {
      return chunks(in);
    }
    int length = MAX_BODY;
    if (fields.containsKey("content-length")) {
      length = (int) Math.min(MAX_BODY, number(fields.get("content-length"), 10));
    }
    return in.readNBytes(length);
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (body.size() < MAX_BODY) {
      long length = number(line(in).split(";", 2)[0].strip(), 16);
      if (length == 0) {
        break;
      }
      body.writeBytes(in.readNBytes((int) Math.min(length, MAX_BODY - body.size())));
      if (body.size() < MAX_BODY && !line(in).isEmpty()) {
        throw new IOException("the server's answer has a broken chunk");
      }
    }
    return body.toByteArray();
  }

  private static long number(String text, int radix) throws IOException {
    try {
      long number = Long.parseLong(text, radix);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IOException("the server's answer has a length that is no number", e);
    }
    throw new IOException("the server's answer has a negative length");
  }

  /** How long to wait before the next attempt (RFC 9110 §10.2.3), if it says so. */
  Optional<Duration> retryAfter(Instant now) {
    String text = fields.get("retry-after");
    if (text == null) {
      return Optional.empty();
    }
    if (text.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    try {
      Instant then = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(Duration.between(now, then)).filter(wait -> !wait.isNegative());
    } catch (DateTimeParseException e) {
      return Optional.empty(); // as if it were not there
    }
  }
}
