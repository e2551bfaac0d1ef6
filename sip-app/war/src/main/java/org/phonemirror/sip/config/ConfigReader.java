package org.phonemirror.sip.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Takes values out of properties, and gathers what is wrong with them instead of stopping at it.
 */
final class ConfigReader {
  private final Properties properties;
  private final TreeSet<String> unread = new TreeSet<>();
  private final List<String> problems = new ArrayList<>();

  ConfigReader(Properties properties) {
    this.properties = properties;
    unread.addAll(properties.stringPropertyNames());
  }

  /**
   * A value that must be there.
   *
   * @param parser makes the value, or throws IllegalArgumentException telling what it should be
   * @return empty if it is missing or wrong, which {@link #finish} then tells
   */
  <T> Optional<T> required(String key, Function<String, T> parser) {
    Optional<T> value = optional(key, parser);
    if (value.isEmpty() && text(key).isEmpty()) {
      problems.add(key + " is missing");
    }
    return value;
  }

  /** A value that may be absent. */
  <T> Optional<T> optional(String key, Function<String, T> parser) {
    unread.remove(key);
    try {
      return text(key).map(parser);
    } catch (IllegalArgumentException e) {
      problems.add(key + " = " + text(key).orElse("") + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Whether there is a value. */
  boolean has(String key) {
    return text(key).isPresent();
  }

  /** Something is wrong that concerns several values. */
  void wrong(String problem) {
    problems.add(problem);
  }

  private Optional<String> text(String key) {
    return Optional.ofNullable(properties.getProperty(key))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  /** Fails if anything was wrong, or if there are keys that nobody asked for. */
  void finish(String source) throws ConfigException {
    for (String key : unread) {
      problems.add(key + " is no key of this server: correct or remove it");
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(source, problems);
    }
  }
}
