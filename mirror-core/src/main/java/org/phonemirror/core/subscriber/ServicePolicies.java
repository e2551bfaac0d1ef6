package org.phonemirror.core.subscriber;

import java.time.Duration;

/**
 * What the services may do for a subscriber.
 *
 * @param download of the download cache
 * @param upload of the upload relay
 * @param antivirus of the scans
 */
public record ServicePolicies(Download download, Upload upload, Antivirus antivirus) {
  /** Those of a profile that names none. */
  public static final ServicePolicies USUAL =
      new ServicePolicies(
          new Download(1L << 30, Duration.ofDays(7), false),
          new Upload(true, 500_000),
          new Antivirus(true));

  /**
   * The download cache.
   *
   * @param quotaBytes most bytes that it keeps for the subscriber; 0 switches it off
   * @param keep for how long a file stays
   * @param atOnce whether the phone is told by a message of its own, without waiting for the next
   *     synchronization
   */
  public record Download(long quotaBytes, Duration keep, boolean atOnce) {
    public Download {
      if (quotaBytes < 0) {
        throw new IllegalArgumentException(
            "download quota is " + quotaBytes + ", must be 0 or more");
      }
      if (keep.isNegative() || keep.isZero() || keep.compareTo(Duration.ofDays(366)) > 0) {
        throw new IllegalArgumentException(
            "downloads are kept for " + keep + ", must be up to 366 days");
      }
    }
  }

  /**
   * The upload relay.
   *
   * @param allowed whether files are sent for the subscriber at all
   * @param thresholdBytes shortest file that the phone leaves to the relay
   */
  public record Upload(boolean allowed, long thresholdBytes) {
    public Upload {
      if (thresholdBytes < 0) {
        throw new IllegalArgumentException(
            "upload threshold is " + thresholdBytes + ", must be 0 or more");
      }
    }
  }

  /**
   * The scans.
   *
   * @param automatic whether changed files are scanned after every interval without being asked
   */
  public record Antivirus(boolean automatic) {}
}
