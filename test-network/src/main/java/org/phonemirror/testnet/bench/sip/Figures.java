package org.phonemirror.testnet.bench.sip;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a benchmark has found, in the order in which it found it. */
final class Figures {
  private final Map<String, Double> values = new LinkedHashMap<>();
  private final PrintStream out;

  /** Tells people on a stream. */
  Figures(PrintStream out) {
    this.out = out;
  }

  void put(String key, double value) {
    values.put(key, value);
  }

  double get(String key) {
    return values.get(key);
  }

  /** Writes them as JSON, into the file and to people. */
  void write(Path file) throws IOException {
    StringBuilder json = new StringBuilder("{");
    values.forEach(
        (key, value) ->
            json.append(json.length() > 1 ? ",\n" : "\n")
                .append(String.format(Locale.ROOT, "  \"%s\": %.3f", key, value)));
    json.append("\n}\n");
    if (file.getParent() != null) {
      Files.createDirectories(file.getParent());
    }
    Files.writeString(file, json);
    out.print(json);
  }

  /** A line of progress. */
  void tell(String format, Object... arguments) {
    out.printf(Locale.ROOT, format + "%n", arguments);
  }
}
