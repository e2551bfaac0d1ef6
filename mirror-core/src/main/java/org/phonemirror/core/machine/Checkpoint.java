package org.phonemirror.core.machine;

/**
 * A saved state of a mirror.
 *
 * @param mirror whose
 * @param phoneModel its model
 * @param position sequence number of the last message of the phone that is in it; 0 for factory
 *     state
 * @param poweredOn whether the phone's session goes on in it (memory is saved with the storage), or
 *     only the storage counts
 */
public record Checkpoint(String mirror, String phoneModel, long position, boolean poweredOn) {}
