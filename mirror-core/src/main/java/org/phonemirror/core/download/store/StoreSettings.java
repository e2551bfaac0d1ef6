package org.phonemirror.core.download.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What may be kept.
 *
 * @param directory holds all of it; nothing else may be in there
 * @param quotaBytes most bytes of all files together, those that are being fetched included
 * @param maxFileBytes longest file
 * @param reserveBytes what must stay free on the disk
 * @param fetchTime how long may be tried to get a file
 * @param forgetAfter for how long the id of an order that has ended is known
 */
public record StoreSettings(
    Path directory,
    long quotaBytes,
    long maxFileBytes,
    long reserveBytes,
    Duration fetchTime,
    Duration forgetAfter) {
  /** The values to use where there is no reason for others: 100 GiB in files of up to 4 GiB. */
  public static StoreSettings in(Path directory) {
    return new StoreSettings(
        directory, 100L << 30, 4L << 30, 1L << 30, Duration.ofDays(1), Duration.ofDays(30));
  }

  /** Tells how many bytes are free where files are kept. */
  @FunctionalInterface
  public interface FreeSpace {
    long bytes() throws IOException;

    /** That of the disk. */
    static FreeSpace of(Path directory) {
      return () -> Files.getFileStore(directory).getUsableSpace();
    }
  }
}
