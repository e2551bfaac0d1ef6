/**
 * What a phone's Syn-Client and the mirror server say to each other.
 *
 * <p>The phone sends one ordered stream of {@link org.phonemirror.sync.SyncMessage}s, each with a
 * sequence number: a {@link org.phonemirror.sync.Boot}, then a {@link org.phonemirror.sync.Batch}
 * per synchronization interval, at last a {@link org.phonemirror.sync.Shutdown}. The server answers
 * each with an {@link org.phonemirror.sync.Acknowledgement} once it is durable. {@link
 * org.phonemirror.sync.SyncCodec} is their form on the wire. Nothing here needs more than the JDK,
 * or Android at API level 26.
 */
package org.phonemirror.sync;
