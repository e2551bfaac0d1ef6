/**
 * Packets as a tap brings them: every length is checked against what is there, and what can't be
 * read is counted by its reason and left alone. Nothing here keeps a packet, and decoding one makes
 * no objects.
 */
package org.phonemirror.core.traffic.packet;
