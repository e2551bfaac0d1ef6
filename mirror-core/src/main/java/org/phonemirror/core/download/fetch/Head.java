package org.phonemirror.core.download.fetch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of an HTTP/1.1 response (RFC 9112 §4, §5).
 *
 * @param status its code
 * @param fields its fields by their names in lower case; each byte of a value is a character
 */
record Head(int status, Map<String, List<String>> fields) {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5]\\d\\d)( .*)?");
  private static final Pattern RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");
  private static final int MAX_LINE = 8 * 1024;
  private static final int MAX_LINES = 100;
  private static final int MAX_INTERIM = 10;

  /** What of the file a 206 holds. */
  record Range(long first, long last, OptionalLong total) {}

  /** Reads the final one; interim ones (1xx) are passed over. */
  static Head read(InputStream in) throws IOException {
    for (int i = 0; i < MAX_INTERIM; i++) {
      Head head = readOne(in);
      if (head.status >= 200) {
        return head;
      }
    }
    throw malformed("more than " + MAX_INTERIM + " interim answers");
  }

  private static Head readOne(InputStream in) throws IOException {
    String line = line(in);
    Matcher status = STATUS.matcher(line);
    if (!status.matches()) {
      throw malformed("an answer that is not HTTP");
    }
    return new Head(Integer.parseInt(status.group(1)), fields(in));
  }

  /** Reads fields up to the empty line: of a head, or the trailer of a chunked body. */
  static Map<String, List<String>> fields(InputStream in) throws IOException {
    Map<String, List<String>> fields = new HashMap<>();
    for (int i = 0; i < MAX_LINES; i++) {
      String line = line(in);
      if (line.isEmpty()) {
        return fields;
      }
      int colon = line.indexOf(':');
      if (colon < 1 || line.charAt(0) == ' ' || line.charAt(0) == '\t') {
        throw malformed("a malformed field");
      }
      fields
          .computeIfAbsent(
              line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(line.substring(colon + 1).strip());
    }
    throw malformed("more than " + MAX_LINES + " fields");
  }

  /** A line without its end. */
  static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(80);
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw FetchException.temporary(Reason.UNREACHABLE, "the server hung up; try again later");
      }
      if (line.size() == MAX_LINE) {
        throw malformed("a line longer than " + MAX_LINE + " bytes");
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /** The value of a field; empty if it is missing. */
  Optional<String> first(String name) {
    return Optional.ofNullable(fields.get(name)).map(values -> values.get(0));
  }

  boolean isChunked() {
    return first("transfer-encoding").isPresent();
  }

  /**
   * The length of the body, if it is told.
   *
   * @throws FetchException if there are several, or it is no number, or the body is encoded in an
   *     unknown way
   */
  OptionalLong length() throws FetchException {
    if (isChunked()) {
      if (!fields.get("transfer-encoding").equals(List.of("chunked"))) {
        throw malformed("an encoding other than chunked");
      }
      return OptionalLong.empty();
    }
    List<String> lengths = fields.getOrDefault("content-length", List.of());
    if (lengths.isEmpty()) {
      return OptionalLong.empty();
    }
    String length = lengths.get(0);
    if (!length.matches("\\d{1,18}") || lengths.stream().anyMatch(other -> !other.equals(length))) {
      throw malformed("a length that is none");
    }
    return OptionalLong.of(Long.parseLong(length));
  }

  /** What a 206 holds; empty if it does not tell. */
  Optional<Range> range() {
    return first("content-range")
        .map(RANGE::matcher)
        .filter(Matcher::matches)
        .map(
            m ->
                new Range(
                    Long.parseLong(m.group(1)),
                    Long.parseLong(m.group(2)),
                    m.group(3).equals("*")
                        ? OptionalLong.empty()
                        : OptionalLong.of(Long.parseLong(m.group(3)))));
  }

  /** What {@code If-Range} may name: a strong entity tag, or a date. */
  Optional<String> validator() {
    Optional<String> tag = first("etag").filter(t -> t.matches("\"[!#-~]{1,500}\""));
    return tag.isPresent() ? tag : first("last-modified").filter(d -> d.matches("[ -~]{1,60}"));
  }

  static FetchException malformed(String what) {
    return FetchException.permanent(
        Reason.WRONG_CONTENT, "the server sent " + what + "; tell its owner, or take another URL");
  }
}
