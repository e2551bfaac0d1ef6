package org.phonemirror.core.download.fetch;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** Where the bytes of a file go, and what is there of it from attempts before. */
public interface Partial {
  /** How many of its first bytes are there. */
  long length();

  /**
   * Which version of the file they are of: an entity tag or a date for {@code If-Range} (RFC 9110
   * §13.1.5); empty if that can't be told, so that they are of no use to another attempt.
   */
  Optional<String> validator();

  /** How long the file will be, if that is known. */
  OptionalLong total();

  /**
   * Begins anew: with no bytes, of this version.
   *
   * @throws FetchException if there will be no room for it
   */
  void begin(Optional<String> validator, OptionalLong total) throws IOException;

  /**
   * Adds bytes.
   *
   * @throws FetchException if there is no room for them
   */
  void append(byte[] data, int length) throws IOException;
}
