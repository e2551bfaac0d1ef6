package org.phonemirror.sip.config;

import java.util.List;

/** The configuration cannot be used. Tells everything that is wrong with it. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  ConfigException(String source, List<String> problems) {
    super(source + ":\n  " + String.join("\n  ", problems));
    this.problems = List.copyOf(problems);
  }

  /** One line for each thing that is wrong: the key, its value and what it should be. */
  public List<String> problems() {
    return problems;
  }
}
