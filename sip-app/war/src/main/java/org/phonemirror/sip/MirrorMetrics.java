package org.phonemirror.sip;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/** Figures of single mirrors in the text format of Prometheus, for whoever asks for one. */
final class MirrorMetrics {
  /** A number of a subscriber may be that of several public identities, but not of many. */
  private static final int MOST = 100;

  private final List<MirrorReport> mirrors;
  private final StringBuilder text = new StringBuilder();

  private MirrorMetrics(List<MirrorReport> mirrors) {
    this.mirrors = mirrors.subList(0, Math.min(MOST, mirrors.size()));
  }

  static String format(List<MirrorReport> mirrors) {
    MirrorMetrics metrics = new MirrorMetrics(mirrors);
    metrics.add();
    return metrics.text.toString();
  }

  private void add() {
    samples(
        "phase",
        "gauge",
        "Where it is in its life.",
        mirror ->
            Stream.of(
                sample(
                    ",phase=\"" + mirror.status().phase().name().toLowerCase(Locale.ROOT) + "\"",
                    1)));
    samples(
        "lag_seconds",
        "gauge",
        "Age of the oldest interval that waits to be replayed.",
        mirror -> mirror.lag().stream().map(lag -> sample("", lag.toMillis() / 1000.0)));
    one("interval_cpu_seconds", "CPU of its newest interval.", m -> cpu(m, true));
    samples(
        "cpu_seconds_total",
        "counter",
        "CPU of its machines since the server's start.",
        mirror -> Stream.of(sample("", cpu(mirror, false))));
    one("memory_bytes", "Memory of its machine (PSS).", m -> (double) m.vitals().residentBytes());
    one("disk_bytes", "Its files, without holes.", m -> (double) m.disk().bytes());
    samples(
        "last_divergence_timestamp_seconds",
        "gauge",
        "When something began to differ the last time.",
        mirror ->
            mirror.vitals().divergence().stream()
                .map(
                    last ->
                        sample(
                            ",cause=\"" + last.cause().label() + "\"",
                            (double) last.at().getEpochSecond())));
  }

  private static double cpu(MirrorReport mirror, boolean newest) {
    long micros = newest ? mirror.vitals().intervalCpuMicros() : mirror.vitals().cpuMicros();
    return micros / 1e6;
  }

  private record Sample(String labels, double value) {}

  private static Sample sample(String labels, double value) {
    return new Sample(labels, value);
  }

  private void one(String name, String help, Function<MirrorReport, Double> value) {
    samples(name, "gauge", help, mirror -> Stream.of(sample("", value.apply(mirror))));
  }

  private void samples(
      String name, String type, String help, Function<MirrorReport, Stream<Sample>> of) {
    String full = "phonemirror_mirror_" + name;
    text.append("# HELP ").append(full).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(full).append(' ').append(type).append('\n');
    for (MirrorReport mirror : mirrors) {
      String subscriber = mirror.status().subscriber().replace("\\", "\\\\").replace("\"", "\\\"");
      of.apply(mirror)
          .forEach(
              sample ->
                  text.append(full)
                      .append("{subscriber=\"")
                      .append(subscriber)
                      .append('"')
                      .append(sample.labels)
                      .append("} ")
                      .append(sample.value)
                      .append('\n'));
    }
  }
}
