package org.phonemirror.testnet.fidelity;

/**
 * What became of a session on the mirror.
 *
 * @param session its name
 * @param intervals how many intervals were compared
 * @param diverged in how many of them the mirror parted from its phone
 * @param identicalAfterRepair whether the storages were equal in the end
 * @param repairBytes that phone and server have sent each other to repair
 * @param rsyncBytes that rsync takes for the same change
 */
record Outcome(
    String session,
    long intervals,
    long diverged,
    boolean identicalAfterRepair,
    long repairBytes,
    long rsyncBytes) {

  boolean identical() {
    return diverged == 0 && identicalAfterRepair;
  }

  String line() {
    return "%-20s %2d intervals: %s"
        .formatted(
            session,
            intervals,
            identical()
                ? "identical"
                : (identicalAfterRepair ? "repaired" : "DIFFERENT")
                    + ", %d bytes (rsync: %d)".formatted(repairBytes, rsyncBytes));
  }
}
