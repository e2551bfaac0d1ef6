package org.phonemirror.core.clone;

import java.net.URI;
import java.nio.file.Path;

/**
 * How phones are copied.
 *
 * @param directory of the copies, on one local file system with hard links
 * @param publicUri where phones reach the server that posts go to, such as {@code
 *     https://mirror.example:8443/}
 * @param maxBytes most user storage of one phone
 * @param acrossMirrors whether a phone need not send what another phone has sent, if it proves that
 *     it has it too. It then can tell that somebody else has it
 */
public record CloneSettings(Path directory, URI publicUri, long maxBytes, boolean acrossMirrors) {
  private static final long USUAL_BYTES = 4L << 30;

  public CloneSettings {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("most bytes of a copy is " + maxBytes + ", at least 1");
    }
  }

  /** With 4 GiB for each phone, and nothing shared between subscribers. */
  public static CloneSettings at(Path directory, URI publicUri) {
    return new CloneSettings(directory, publicUri, USUAL_BYTES, false);
  }

  /** The same with this. */
  public CloneSettings withAcrossMirrors(boolean given) {
    return new CloneSettings(directory, publicUri, maxBytes, given);
  }

  /** The same with this. */
  public CloneSettings withMaxBytes(long given) {
    return new CloneSettings(directory, publicUri, given, acrossMirrors);
  }
}
