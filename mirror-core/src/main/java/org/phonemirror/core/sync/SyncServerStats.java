package org.phonemirror.core.sync;

/**
 * What a {@link SyncServer} has seen since its start.
 *
 * @param received requests to its resource
 * @param accepted messages that are durable
 * @param refused messages out of order or of an unknown boot
 * @param malformed messages that can't be read
 * @param unavailable messages that were not taken for want of something
 * @param unauthorized requests whose key is no longer valid
 * @param handshakes DTLS handshakes that succeeded
 * @param failedHandshakes DTLS handshakes that failed, with unknown identities among them
 * @param unknownIdentities DTLS handshakes with an identity that has no key
 * @param inFlight messages that the sink has not answered yet, at this moment
 */
public record SyncServerStats(
    long received,
    long accepted,
    long refused,
    long malformed,
    long unavailable,
    long unauthorized,
    long handshakes,
    long failedHandshakes,
    long unknownIdentities,
    int inFlight) {}
