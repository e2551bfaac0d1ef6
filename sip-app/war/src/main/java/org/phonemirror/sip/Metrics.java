package org.phonemirror.sip;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.phonemirror.core.mirror.MirrorStatus;
import org.phonemirror.core.repair.Cause;

/**
 * Figures in the text format of Prometheus, version 0.0.4: sums over all mirrors, as a server has
 * many. What is distributed over them comes from a registry of meters; one mirror's own are in
 * {@link MirrorMetrics}, and all of each at {@code /mirrors}.
 */
final class Metrics {
  private static final String COUNTER = Exposition.COUNTER;
  private static final String GAUGE = Exposition.GAUGE;

  private final List<MirrorReport> mirrors;
  private final Exposition text = new Exposition();

  private Metrics(List<MirrorReport> mirrors) {
    this.mirrors = mirrors;
  }

  static String format(List<MirrorReport> mirrors) {
    Metrics metrics = new Metrics(mirrors);
    metrics.add();
    return metrics.text.toString();
  }

  private void add() {
    head("mirrors", GAUGE, "Mirrors by where they are in their life.");
    for (MirrorStatus.Phase phase : MirrorStatus.Phase.values()) {
      String label = "{phase=\"" + phase.name().toLowerCase(Locale.ROOT) + "\"}";
      sample("mirrors" + label, sum(mirror -> mirror.phase() == phase ? 1 : 0));
    }
    total("intervals_total", "Intervals compared.", MirrorStatus::intervals);
    head(
        "diverged_intervals_total",
        COUNTER,
        "Intervals after which something differed that had not before, by likeliest cause.");
    for (Cause cause : Cause.values()) {
      sample(
          "diverged_intervals_total{cause=\"" + cause.label() + "\"}",
          sum(mirror -> mirror.repairs().diverged(cause)));
    }
    total("repaired_files_total", "Files repaired.", mirror -> mirror.repairs().files());
    total("repaired_bytes_total", "Bytes written by repair.", mirror -> mirror.repairs().bytes());
    total(
        "repair_wire_bytes_total",
        "Bytes of asks and answers that repair took.",
        mirror -> mirror.repairs().wireBytes());
    head("out_of_step", GAUGE, "Mirrors that differed from their phones when last compared.");
    sample(
        "out_of_step",
        sum(mirror -> mirror.last().filter(last -> !last.identical()).isPresent() ? 1 : 0));
    head("beyond_repair", GAUGE, "Paths that differ and could not be repaired.");
    sample("beyond_repair", sum(MirrorStatus::beyondRepair));
    head("other_software", GAUGE, "Mirrors that run another version than their phones.");
    sample("other_software", sum(mirror -> mirror.otherSoftware().isPresent() ? 1 : 0));
    head("disk_bytes", GAUGE, "Disk of mirrors: checkpoints, and what machines work on.");
    sample("disk_bytes", mirrors.stream().mapToLong(mirror -> mirror.disk().bytes()).sum());
    head("longest_lag_seconds", GAUGE, "How far the mirror is behind that is most.");
    sample(
        "longest_lag_seconds",
        mirrors.stream()
            .flatMap(mirror -> mirror.lag().stream())
            .mapToLong(Duration::toSeconds)
            .max()
            .orElse(0));
  }

  private void total(String name, String help, ToLongFunction<MirrorStatus> of) {
    head(name, COUNTER, help);
    sample(name, sum(of));
  }

  private long sum(ToLongFunction<MirrorStatus> of) {
    return mirrors.stream().map(MirrorReport::status).mapToLong(of).sum();
  }

  private void head(String name, String type, String help) {
    text.head(name, type, help);
  }

  private void sample(String name, long value) {
    text.sample(name, value);
  }
}
