package org.phonemirror.core.placement;

import java.time.Duration;

/**
 * How placement is.
 *
 * @param depth work that waits to begin
 * @param overdue how long the next to begin has waited beyond its deadline
 * @param replays that could have been in time: messages that came since the server was started
 * @param begun how long after it was due a replay began, of the last 4,096
 * @param ended how long after it was due a replay was done, comparison and repair included
 * @param placed mirrors that have a place, resident or hibernated
 * @param refused mirrors that wait for one
 * @param demandCpus CPUs that the placed ones need, as measured
 * @param residents machines in memory
 * @param residentBytes what they hold
 * @param hibernations how often a machine had to make room
 */
public record PlacementFigures(
    int depth,
    Duration overdue,
    long replays,
    Percentiles begun,
    Percentiles ended,
    int placed,
    int refused,
    double demandCpus,
    int residents,
    long residentBytes,
    long hibernations) {
  /** Of durations. */
  public record Percentiles(Duration p50, Duration p95, Duration p99, Duration max) {}
}
