package org.phonemirror.core.antivirus;

import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.phonemirror.core.antivirus.clamd.ClamdLimits;

/**
 * What an {@link AntivirusService} is made with.
 *
 * @param clamd where clamd listens; its {@code AlertExceedsMax} must be set
 * @param limits of conversations with it
 * @param directory of the database and the spool; on the file system of the mirrors' files nothing
 *     is copied
 * @param spoolBytes most bytes that wait for clamd; the rest waits on the mirrors
 * @param spoolFiles most files that wait for clamd
 * @param scanners how many files are scanned at once, at most clamd's {@code MaxThreads}
 * @param patience for how long a clamd that is not there is waited for, before orders fail
 * @param versionEvery how often clamd is asked for its version
 * @param failedAgainAfter when a content that could not be scanned is tried again
 * @param quarantine whether findings of files that nobody asked to scan are to be quarantined
 */
public record AntivirusSettings(
    SocketAddress clamd,
    ClamdLimits limits,
    Path directory,
    long spoolBytes,
    int spoolFiles,
    int scanners,
    Duration patience,
    Duration versionEvery,
    Duration failedAgainAfter,
    boolean quarantine) {
  private static final int MAX_SCANNERS = 64;

  public AntivirusSettings {
    if (spoolBytes < limits.contentBytes() || spoolFiles < 1) {
      throw new IllegalArgumentException(
          "the spool has room for "
              + spoolBytes
              + " bytes in "
              + spoolFiles
              + " files, but must have it for a file of "
              + limits.contentBytes());
    }
    if (scanners < 1 || scanners > MAX_SCANNERS) {
      throw new IllegalArgumentException(
          "scanners is " + scanners + ", must be from 1 to " + MAX_SCANNERS);
    }
    for (Duration time : new Duration[] {patience, versionEvery, failedAgainAfter}) {
      if (time.toMillis() < 1) {
        throw new IllegalArgumentException("time is " + time + ", must be more than nothing");
      }
    }
  }

  /** With what suits a clamd on the same machine. */
  public static AntivirusSettings at(SocketAddress clamd, Path directory) {
    return new AntivirusSettings(
        clamd,
        ClamdLimits.DEFAULT,
        directory,
        1L << 30,
        20_000,
        2,
        Duration.ofMinutes(10),
        Duration.ofMinutes(1),
        Duration.ofHours(6),
        false);
  }

  /** With so many files scanned at once. */
  public AntivirusSettings withScanners(int count) {
    return new AntivirusSettings(
        clamd,
        limits,
        directory,
        spoolBytes,
        spoolFiles,
        count,
        patience,
        versionEvery,
        failedAgainAfter,
        quarantine);
  }
}
