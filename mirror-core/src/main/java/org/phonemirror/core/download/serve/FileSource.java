package org.phonemirror.core.download.serve;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** Port: which file a capability gives. */
@FunctionalInterface
public interface FileSource {
  /** What there is. */
  sealed interface Answer permits Found, Ended, Unknown {}

  /**
   * A whole file.
   *
   * @param path its content, which does not change
   * @param name for people
   * @param size in bytes
   * @param digest SHA-256 in lower-case hexadecimal digits
   */
  record Found(Path path, String name, long size, String digest) implements Answer {}

  /** The capability was good once. */
  record Ended() implements Answer {}

  /** There is no such capability. */
  record Unknown() implements Answer {}

  /** Looks a token up, in a time that tells nothing about other tokens. */
  Answer find(String token, Instant now) throws IOException;
}
