package org.phonemirror.core.machine;

/**
 * What a mirror has of its host's disk. Holes are not counted.
 *
 * @param checkpointBytes its newest checkpoint
 * @param bytes all: checkpoints, and what its machine works on
 */
public record DiskUse(long checkpointBytes, long bytes) {
  public static final DiskUse NONE = new DiskUse(0, 0);
}
