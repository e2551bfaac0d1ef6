package org.phonemirror.core.mirror;

import java.util.EnumMap;
import java.util.Map;
import org.phonemirror.core.repair.Cause;

/**
 * How often a mirror diverged from its phone, and what was done about it.
 *
 * @param diverged intervals after which something differed that had not before, by cause
 * @param files files, directories and links that were made what they are on the phone
 * @param bytes bytes written for it
 * @param wireBytes bytes of asks and answers that it took
 */
public record RepairCounts(Map<Cause, Long> diverged, long files, long bytes, long wireBytes) {
  /** Nothing yet. */
  public static final RepairCounts NONE = new RepairCounts(Map.of(), 0, 0, 0);

  public RepairCounts {
    diverged = Map.copyOf(diverged);
  }

  /** An interval's. */
  static RepairCounts of(boolean diverged, Cause cause, long files, long bytes, long wireBytes) {
    return new RepairCounts(diverged ? Map.of(cause, 1L) : Map.of(), files, bytes, wireBytes);
  }

  /** How many intervals diverged for a cause. */
  public long diverged(Cause cause) {
    return diverged.getOrDefault(cause, 0L);
  }

  /** How many intervals diverged in all. */
  public long divergedInAll() {
    return diverged.values().stream().mapToLong(Long::longValue).sum();
  }

  RepairCounts plus(RepairCounts more) {
    Map<Cause, Long> sum = new EnumMap<>(Cause.class);
    sum.putAll(diverged);
    more.diverged.forEach((cause, count) -> sum.merge(cause, count, Long::sum));
    return new RepairCounts(
        sum, files + more.files, bytes + more.bytes, wireBytes + more.wireBytes);
  }
}
