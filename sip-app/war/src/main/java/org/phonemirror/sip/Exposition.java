package org.phonemirror.sip;

/** Figures in the text format of Prometheus, version 0.0.4, all of them {@code phonemirror_...}. */
final class Exposition {
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  static final String COUNTER = "counter";
  static final String GAUGE = "gauge";

  private final StringBuilder text = new StringBuilder();

  /** Begins a metric; its samples follow. */
  Exposition head(String name, String type, String help) {
    text.append("# HELP phonemirror_").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE phonemirror_").append(name).append(' ').append(type).append('\n');
    return this;
  }

  /** One of its values; the name may end with a label, {@code {name="value"}}. */
  Exposition sample(String name, long value) {
    text.append("phonemirror_").append(name).append(' ').append(value).append('\n');
    return this;
  }

  /** A metric of one value that may go up and down. */
  void gauge(String name, String help, long value) {
    head(name, GAUGE, help).sample(name, value);
  }

  /** A metric of one value that only grows, until the server is started anew. */
  void counter(String name, String help, long value) {
    head(name, COUNTER, help).sample(name, value);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
