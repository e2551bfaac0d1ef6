package org.phonemirror.app.model;

import java.time.Duration;

/**
 * What the operator has given: the synchronization settings without their key.
 *
 * @param server where the batches go, {@code coaps://host:port}
 * @param identity that names the phone to the server
 * @param interval t_syn_int that the operator wishes
 * @param upload whether the mirror sends files for the owner
 * @param uploadThreshold length in bytes of the shortest file that the operator takes
 */
public record Account(
    String server, String identity, Duration interval, boolean upload, long uploadThreshold) {}
