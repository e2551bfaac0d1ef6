package org.phonemirror.core.antivirus.clamd;

import java.time.Duration;

/**
 * What a conversation with clamd may take.
 *
 * @param connect to be connected
 * @param idle that clamd takes nothing while a file is sent; also for the answer to a short command
 * @param scan for clamd's answer once it has all of a file; more than its own {@code MaxScanTime}
 * @param contentBytes longest file that is sent; not more than its {@code StreamMaxLength}
 */
public record ClamdLimits(Duration connect, Duration idle, Duration scan, long contentBytes) {
  /** The probe of limits fits, too. */
  private static final int MIN_CONTENT_BYTES = 64 * 1024;

  /** Beside the defaults of clamd 1.4: 120 s a scan, streams of 100 MiB. */
  public static final ClamdLimits DEFAULT =
      new ClamdLimits(
          Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(180), 100L << 20);

  public ClamdLimits {
    for (Duration time : new Duration[] {connect, idle, scan}) {
      if (time.toMillis() < 1 || time.compareTo(Duration.ofDays(1)) > 0) {
        throw new IllegalArgumentException("time limit is " + time + ", must be up to a day");
      }
    }
    if (contentBytes < MIN_CONTENT_BYTES) {
      throw new IllegalArgumentException(
          "longest file is " + contentBytes + " bytes, must be at least " + MIN_CONTENT_BYTES);
    }
  }
}
