package org.phonemirror.sync;

import java.util.ArrayList;
import java.util.List;

/**
 * A {@link Notice} as text, for a SIP MESSAGE that tells the phone at once: {@code topic: name} in
 * the first line, then {@code name: value} for each field. In values a backslash is written {@code
 * \\}, a line feed {@code \n} and a carriage return {@code \r}.
 */
public final class NoticeText {
  /** MIME type of the body that carries a notice. */
  public static final String CONTENT_TYPE = "application/vnd.phonemirror.notice";

  private static final String TOPIC = "topic";
  private static final String NAME = "[A-Za-z0-9._-]+";
  private static final int LONGEST_QUOTE = 40;

  private NoticeText() {}

  /**
   * Writes a notice.
   *
   * @throws IllegalArgumentException if the name of a field has other characters than ASCII
   *     letters, digits, dots, dashes and underscores
   */
  public static String format(Notice notice) {
    StringBuilder text = new StringBuilder();
    line(text, TOPIC, notice.topic());
    for (Field field : notice.fields()) {
      line(text, field.name(), field.value());
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    if (!name.matches(NAME)) {
      throw new IllegalArgumentException("a notice in text can't have a field '" + name + "'");
    }
    text.append(name).append(": ");
    text.append(value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r"));
    text.append('\n');
  }

  /**
   * Reads what {@link #format} wrote; lines may end with CRLF.
   *
   * @throws IllegalArgumentException if it is no notice; the text says which line
   */
  public static Notice parse(String text) {
    List<Field> fields = new ArrayList<>();
    String[] lines = text.split("\r?\n", -1);
    Check.range("number of lines of a notice", lines.length, 1, Limits.MAX_FIELDS + 2);
    for (String line : lines) {
      if (!line.isEmpty()) {
        fields.add(field(line));
      }
    }
    if (fields.isEmpty() || !fields.get(0).name().equals(TOPIC)) {
      throw new IllegalArgumentException("a notice must begin with the line '" + TOPIC + ":'");
    }
    return new Notice(fields.get(0).value(), fields.subList(1, fields.size()));
  }

  private static Field field(String line) {
    int colon = line.indexOf(": ");
    if (colon < 1 || !line.substring(0, colon).matches(NAME)) {
      throw new IllegalArgumentException(
          "'"
              + line.substring(0, Math.min(line.length(), LONGEST_QUOTE))
              + "' in a notice is not 'name: value'");
    }
    return new Field(line.substring(0, colon), unescape(line.substring(colon + 2)));
  }

  private static String unescape(String value) {
    StringBuilder out = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' && i + 1 < value.length()) {
        i++;
        char escaped = value.charAt(i);
        out.append(escaped == 'n' ? '\n' : escaped == 'r' ? '\r' : escaped);
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
