package org.phonemirror.core.service;

import java.util.Optional;
import org.phonemirror.core.repair.Cause;
import org.phonemirror.sync.StorageTree;

/**
 * A mirror's user storage at an interval's end, after repair.
 *
 * @param tree of all that counts as user storage, with the hashes of contents; what was being
 *     written is left out
 * @param identical whether it is the phone's
 * @param diverged the likeliest cause, if something differed that had not before the interval
 */
public record SettledStorage(StorageTree tree, boolean identical, Optional<Cause> diverged) {
  /** After an interval in which nothing began to differ. */
  public SettledStorage(StorageTree tree, boolean identical) {
    this(tree, identical, Optional.empty());
  }
}
