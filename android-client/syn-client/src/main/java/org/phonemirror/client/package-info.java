/**
 * The Syn-Client: collects the phone's input events and sends them to the mirror server once per
 * synchronization interval.
 *
 * <p>{@link org.phonemirror.client.SynClient} is the engine; it knows its surroundings through
 * three ports: {@link org.phonemirror.client.input.InputSource}, {@link
 * org.phonemirror.client.channel.SyncChannel} and {@link org.phonemirror.client.PhoneClock}. All of
 * it runs on Android at API level 26.
 */
package org.phonemirror.client;
