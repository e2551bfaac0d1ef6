package org.phonemirror.core.subscriber;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ports of TCP or UDP that follow each other.
 *
 * @param first the lowest
 * @param last the highest
 */
public record PortRange(int first, int last) {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
  private static final int MAX = 65_535;

  public PortRange {
    if (first < 1 || last > MAX || first > last) {
      throw new IllegalArgumentException(
          "ports are " + first + "-" + last + ", must be from 1 to 65535, the lower one first");
    }
  }

  /** Reads {@code 443} or {@code 6000-6063}. */
  public static PortRange parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no port: it must be like 443 or 1-1023");
    }
    int first = Integer.parseInt(form.group(1));
    return new PortRange(first, form.group(2) == null ? first : Integer.parseInt(form.group(2)));
  }

  /** Whether a port is one of them. */
  public boolean contains(int port) {
    return port >= first && port <= last;
  }

  @Override
  public String toString() {
    return first == last ? Integer.toString(first) : first + "-" + last;
  }
}
