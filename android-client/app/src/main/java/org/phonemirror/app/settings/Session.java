package org.phonemirror.app.settings;

/**
 * The user's session, as the mirror knows it.
 *
 * @param bootId by which the server knows it
 * @param reachedMicros the end of its last interval, in microseconds since the epoch
 * @param phoneBoot how often the phone had been switched on
 */
public record Session(long bootId, long reachedMicros, long phoneBoot) {}
