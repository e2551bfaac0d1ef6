package org.phonemirror.core.mirror;

import java.net.URI;
import java.time.Duration;
import org.phonemirror.core.placement.PlacementSettings;

/**
 * What an operator sets for all mirrors.
 *
 * @param syncAddress where phones send their batches, {@code coaps://host:port}
 * @param maxTransfer t_max
 * @param checkpointEvery after how many replayed messages a mirror's state is saved
 * @param maxRetainedBytes how much of a phone's messages may wait for a checkpoint, in bytes;
 *     beyond it the phone is asked to wait
 * @param attempts after how many failures in a row a mirror counts as failed; it is tried further
 * @param firstRetry pause after the first failure; each further one doubles it
 * @param longestRetry up to this
 * @param placement what mirrors may take of this server
 */
public record MirrorSettings(
    URI syncAddress,
    Duration maxTransfer,
    int checkpointEvery,
    long maxRetainedBytes,
    int attempts,
    Duration firstRetry,
    Duration longestRetry,
    PlacementSettings placement) {

  /** The usual settings. */
  public static MirrorSettings defaults(URI syncAddress) {
    return new MirrorSettings(
        syncAddress,
        Duration.ofMillis(100),
        10,
        16L * 1024 * 1024,
        3,
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        PlacementSettings.defaults());
  }

  /** With other {@code placement}. */
  public MirrorSettings withPlacement(PlacementSettings changed) {
    return new MirrorSettings(
        syncAddress,
        maxTransfer,
        checkpointEvery,
        maxRetainedBytes,
        attempts,
        firstRetry,
        longestRetry,
        changed);
  }

  /** How long to wait after so many failures in a row. */
  Duration retry(int failures) {
    return retry(failures, longestRetry);
  }

  /**
   * How long to wait before a phone without a mirror profile is looked up again. There may be many
   * of them, so the HSS is asked ten times more rarely in the end.
   */
  Duration retryAbsent(int times) {
    return retry(times, longestRetry.multipliedBy(10));
  }

  private Duration retry(int failures, Duration longest) {
    Duration pause = firstRetry.multipliedBy(1L << Math.min(Math.max(failures - 1, 0), 20));
    return pause.compareTo(longest) < 0 ? pause : longest;
  }
}
