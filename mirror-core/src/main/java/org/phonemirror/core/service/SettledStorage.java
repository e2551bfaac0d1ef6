package org.phonemirror.core.service;

import org.phonemirror.sync.StorageTree;

/**
 * A mirror's user storage at an interval's end, after repair.
 *
 * @param tree of all that counts as user storage, with the hashes of contents; what was being
 *     written is left out
 * @param identical whether it is the phone's
 */
public record SettledStorage(StorageTree tree, boolean identical) {}
