package org.phonemirror.core.repair;

import java.util.List;
import java.util.Optional;
import org.phonemirror.sync.Ask;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageTree;

/**
 * How comparing and repairing went after an interval.
 *
 * @param storage the mirror's digest, after what was repaired
 * @param identical whether it is the phone's
 * @param newlyDiverged whether something was different that was not before the interval
 * @param repairedFiles files, directories and links that were made what they are on the phone
 * @param repairedBytes bytes written for it
 * @param beyondRepair paths that could not be repaired in several attempts, and are left now until
 *     they change on the phone; 1 if anything differs on a machine that can't be written to
 * @param tree what the digest was made of
 * @param asks what to ask the phone from now on; empty if that has not changed
 */
public record Outcome(
    StorageDigest storage,
    boolean identical,
    boolean newlyDiverged,
    int repairedFiles,
    long repairedBytes,
    int beyondRepair,
    StorageTree tree,
    Optional<List<Ask>> asks) {}
