package org.phonemirror.core.vitals;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.phonemirror.core.repair.Cause;

/**
 * How a mirror has done lately, and what it costs its host. All of it is since the server's start.
 *
 * @param resident whether it has a machine now
 * @param followedTo end of the newest interval that it has replayed, by its phone's clock
 * @param length of that interval
 * @param replayedAt when that was done, by the server's clock
 * @param intervalCpuMicros CPU of its machine for that interval: with its start, if it was started
 *     for it
 * @param cpuMicros CPU of all its machines
 * @param residentBytes memory (PSS) after its machine's last work; 0 without one
 * @param divergence the last time that something began to differ from its phone
 */
public record Vitals(
    boolean resident,
    Optional<Instant> followedTo,
    Duration length,
    Optional<Instant> replayedAt,
    long intervalCpuMicros,
    long cpuMicros,
    long residentBytes,
    Optional<Divergence> divergence) {
  /** Of a mirror that has done nothing yet. */
  public static final Vitals NONE =
      new Vitals(
          false, Optional.empty(), Duration.ZERO, Optional.empty(), 0, 0, 0, Optional.empty());

  /** When something began to differ, and the likeliest cause. */
  public record Divergence(Instant at, Cause cause) {}

  /**
   * How far a mirror is behind that has something to replay: the age of the first interval that it
   * has not replayed, if that is as long as the one before; empty if none was replayed yet.
   */
  public Optional<Duration> lag(Instant now) {
    return followedTo.map(
        end -> {
          Duration behind = Duration.between(end, now).minus(length);
          return behind.isNegative() ? Duration.ZERO : behind;
        });
  }

  Vitals started() {
    return new Vitals(
        true, followedTo, length, replayedAt, intervalCpuMicros, cpuMicros, 0, divergence);
  }

  Vitals ended() {
    return new Vitals(
        false, followedTo, length, replayedAt, intervalCpuMicros, cpuMicros, 0, divergence);
  }

  Vitals worked(long moreCpuMicros, long memory) {
    return new Vitals(
        resident,
        followedTo,
        length,
        replayedAt,
        intervalCpuMicros,
        cpuMicros + moreCpuMicros,
        memory,
        divergence);
  }

  Vitals replayed(Instant end, Duration intervalLength, Instant now, long intervalCpu) {
    return new Vitals(
        resident,
        Optional.of(end),
        intervalLength,
        Optional.of(now),
        intervalCpu,
        cpuMicros,
        residentBytes,
        divergence);
  }

  Vitals diverged(Divergence latest) {
    return new Vitals(
        resident,
        followedTo,
        length,
        replayedAt,
        intervalCpuMicros,
        cpuMicros,
        residentBytes,
        Optional.of(latest));
  }
}
