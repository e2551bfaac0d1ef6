package org.phonemirror.testnet.program;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A server program of a Debian package. */
public final class Program {
  private Program() {}

  /** Where it is installed; packages put it where ordinary users' PATH does not lead. */
  public static Optional<Path> find(String name) {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/local/sbin";
    return Stream.of(path.split(":", -1))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * A configuration: a template beside a class, with values in place of names between @ signs.
   *
   * @throws IOException if there is no such template
   */
  public static String configuration(Class<?> beside, String template, Map<String, String> values)
      throws IOException {
    String text;
    try (InputStream in = beside.getResourceAsStream(template)) {
      if (in == null) {
        throw new IOException("template " + template + " is missing from the archive");
      }
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    for (var value : values.entrySet()) {
      text = text.replace("@" + value.getKey() + "@", value.getValue());
    }
    return text;
  }
}
