package org.phonemirror.core.download.serve;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a file.
 *
 * @param first byte
 * @param length how many, at least one
 */
record ByteRange(long first, long length) {
  private static final Pattern FORM = Pattern.compile("bytes=\\s*(\\d{0,18})-(\\d{0,18})\\s*");

  /** What a {@code Range} asks for. */
  record Asked(boolean satisfiable, Optional<ByteRange> range) {}

  /**
   * Reads a {@code Range} (RFC 9110 §14.2). What is no range of bytes, or asks for several, counts
   * as none: then the whole file is sent, which is always right.
   */
  static Asked of(String field, long size) {
    Matcher form = FORM.matcher(field);
    if (!form.matches() || (form.group(1).isEmpty() && form.group(2).isEmpty())) {
      return new Asked(true, Optional.empty());
    }
    long first;
    long last = size - 1;
    if (form.group(1).isEmpty()) {
      first = Math.max(0, size - Long.parseLong(form.group(2)));
    } else {
      first = Long.parseLong(form.group(1));
      if (!form.group(2).isEmpty()) {
        long told = Long.parseLong(form.group(2));
        if (told < first) {
          return new Asked(true, Optional.empty());
        }
        last = Math.min(last, told);
      }
    }
    return first > last
        ? new Asked(false, Optional.empty())
        : new Asked(true, Optional.of(new ByteRange(first, last - first + 1)));
  }
}
