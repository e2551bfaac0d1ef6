package org.phonemirror.app.model;

import java.time.Instant;

/**
 * A file in which a scan has found something.
 *
 * @param key tells it from others
 * @param at when the phone was told
 * @param path in user storage
 * @param signature what was found
 * @param handling what has become of the file
 * @param text for people: why it could not be put away
 */
public record Finding(
    long key, Instant at, String path, String signature, Handling handling, String text) {
  /** What has become of a file. */
  public enum Handling {
    /** It is where it was. */
    REPORTED,
    /** It will be put away as soon as the mirror confirms that it is what was scanned. */
    ORDERED,
    /** It is where no program sees it. */
    QUARANTINED,
    /** It could not be put away. */
    FAILED
  }
}
