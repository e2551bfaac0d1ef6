package org.phonemirror.client.repair;

import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageTree;

/**
 * The user storage at an interval's end.
 *
 * @param micros the interval's end, in microseconds since the epoch
 * @param digest as the batch carries it
 * @param tree what the digest is made of
 */
public record Moment(long micros, StorageDigest digest, StorageTree tree) {
  /** Whether a path, or a directory above it, was being written. */
  boolean isUnsettled(String path) {
    for (String at = path; ; at = at.substring(0, Math.max(0, at.lastIndexOf('/')))) {
      if (digest.unsettled().contains(at)) {
        return true;
      }
      if (at.isEmpty()) {
        return false;
      }
    }
  }
}
