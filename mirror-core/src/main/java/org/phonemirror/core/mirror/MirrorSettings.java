package org.phonemirror.core.mirror;

import java.net.URI;
import java.time.Duration;
import org.phonemirror.core.placement.PlacementSettings;
import org.phonemirror.sync.FileServices;

/**
 * What an operator sets for all mirrors.
 *
 * @param syncAddress where phones send their batches, {@code coaps://host:port}
 * @param maxTransfer t_max
 * @param checkpointEvery after how many replayed messages a mirror's state is saved
 * @param retention how many messages are kept behind a mirror's last save, at least, so that it can
 *     be built again from them; with them the network's tapes, and an older checkpoint
 * @param maxRetainedBytes how much of a phone's messages may wait for a checkpoint, in bytes;
 *     beyond it the phone is asked to wait
 * @param attempts after how many failures in a row a mirror counts as failed; it is tried further
 * @param firstRetry pause after the first failure; each further one doubles it
 * @param longestRetry up to this
 * @param files what phones are told of the services that move files, beside what their profiles say
 * @param placement what mirrors may take of this server
 */
public record MirrorSettings(
    URI syncAddress,
    Duration maxTransfer,
    int checkpointEvery,
    int retention,
    long maxRetainedBytes,
    int attempts,
    Duration firstRetry,
    Duration longestRetry,
    FileServices files,
    PlacementSettings placement) {

  /** Usual retention. */
  public static final int RETENTION = 100;

  /** The usual settings. */
  public static MirrorSettings defaults(URI syncAddress) {
    return new MirrorSettings(
        syncAddress,
        Duration.ofMillis(100),
        10,
        RETENTION,
        16L * 1024 * 1024,
        3,
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        FileServices.USUAL,
        PlacementSettings.defaults());
  }

  /** The same, with file services that phones know by this certificate (X.509, DER). */
  public MirrorSettings withFilesCertificate(byte[] der) {
    return new MirrorSettings(
        syncAddress,
        maxTransfer,
        checkpointEvery,
        retention,
        maxRetainedBytes,
        attempts,
        firstRetry,
        longestRetry,
        files.withCertificate(der),
        placement);
  }

  /** The same with another retention. */
  public MirrorSettings withRetention(int messages) {
    return new MirrorSettings(
        syncAddress,
        maxTransfer,
        checkpointEvery,
        messages,
        maxRetainedBytes,
        attempts,
        firstRetry,
        longestRetry,
        files,
        placement);
  }

  /** The same with other placement. */
  public MirrorSettings withPlacement(PlacementSettings changed) {
    return new MirrorSettings(
        syncAddress,
        maxTransfer,
        checkpointEvery,
        retention,
        maxRetainedBytes,
        attempts,
        firstRetry,
        longestRetry,
        files,
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
