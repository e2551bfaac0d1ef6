package org.phonemirror.testnet.bench.paper;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Text with figures in it. */
final class Markdown {
  private static final Pattern PLACE = Pattern.compile("\\$\\{([a-z0-9_]+)}");

  private Markdown() {}

  /**
   * A template of the resources, with its places {@code ${name}} filled.
   *
   * @throws IllegalArgumentException if a place has no value, or a value no place
   */
  static String fill(String resource, Map<String, String> values) throws IOException {
    try (InputStream in = Markdown.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("there is no template " + resource);
      }
      return fillText(resource, new String(in.readAllBytes(), StandardCharsets.UTF_8), values);
    }
  }

  static String fillText(String name, String template, Map<String, String> values) {
    Set<String> unused = new HashSet<>(values.keySet());
    String text =
        PLACE
            .matcher(template)
            .replaceAll(
                place -> {
                  String value = values.get(place.group(1));
                  if (value == null) {
                    throw new IllegalArgumentException(
                        name + " has the place " + place.group() + ", for which there is no value");
                  }
                  unused.remove(place.group(1));
                  return Matcher.quoteReplacement(value);
                });
    if (!unused.isEmpty()) {
      throw new IllegalArgumentException(name + " has no place for " + unused);
    }
    return text;
  }

  /** A table; the first row is its head. */
  static String table(List<List<String>> rows) {
    String head = row(rows.get(0));
    String line = "|" + "---|".repeat(rows.get(0).size());
    return rows.stream()
        .skip(1)
        .map(Markdown::row)
        .collect(Collectors.joining("\n", head + "\n" + line + "\n", ""));
  }

  private static String row(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
  }

  /** With so many decimals. */
  static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  /** With some three digits. */
  static String number(double value) {
    double size = Math.abs(value);
    return number(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size == 0 ? 2 : 4);
  }
}
