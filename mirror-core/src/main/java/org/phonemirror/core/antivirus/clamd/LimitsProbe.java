package org.phonemirror.core.antivirus.clamd;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.GZIPOutputStream;

/**
 * Finds out whether clamd's OK can be trusted. Without {@code AlertExceedsMax}, which is off by
 * default, clamd says OK to what it gave up to look into. An archive deeper than any {@code
 * MaxRecursion} tells.
 */
public final class LimitsProbe {
  /** clamd takes a {@code MaxRecursion} of up to 100. */
  private static final int DEPTH = 120;

  private LimitsProbe() {}

  /**
   * Sends clamd such an archive.
   *
   * @throws IOException if clamd says that it is clean, or does not answer
   */
  public static void run(ClamdClient clamd) throws IOException {
    ScanReply reply = clamd.scan(new ByteArrayInputStream(archive()));
    if (reply instanceof ScanReply.Clean) {
      throw new IOException(
          "clamd says OK to what exceeds its limits, so that its OK means nothing:"
              + " set AlertExceedsMax and ScanArchive to yes in clamd.conf and restart it");
    } else if (reply instanceof ScanReply.Unavailable unavailable) {
      throw new IOException(unavailable.reason());
    } else if (!(reply instanceof ScanReply.LimitExceeded exceeded
        && exceeded.limit().startsWith(ClamdClient.LIMIT))) {
      throw new IOException("clamd can't be asked for its limits: " + reply);
    }
  }

  private static byte[] archive() throws IOException {
    // new each time, as clamd remembers what it found clean
    byte[] content =
        Long.toHexString(ThreadLocalRandom.current().nextLong())
            .getBytes(StandardCharsets.US_ASCII);
    for (int level = 0; level < DEPTH; level++) {
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
        gzip.write(content);
      }
      content = packed.toByteArray();
    }
    return content;
  }
}
