package org.phonemirror.testnet.bench.paper;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * What another benchmark has left.
 *
 * @param json its figures
 * @param date when they were written
 */
record Measured(JsonNode json, String date) {
  /** Reads the file, if it is there. */
  static Optional<Measured> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    if (!json.isObject()) {
      throw new IOException(file + " has no figures; delete it, and the benchmark runs again");
    }
    return Optional.of(new Measured(json, date(file)));
  }

  private static String date(Path file) throws IOException {
    return DateTimeFormatter.ISO_LOCAL_DATE.format(
        Files.getLastModifiedTime(file).toInstant().atOffset(ZoneOffset.UTC));
  }
}
