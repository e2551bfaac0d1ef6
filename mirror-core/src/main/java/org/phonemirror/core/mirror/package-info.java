/**
 * The mirror of a phone as an entity: {@link org.phonemirror.core.mirror.Mirror} is its one writer,
 * {@link org.phonemirror.core.mirror.MirrorEvent} what its journal holds, {@link
 * org.phonemirror.core.mirror.MirrorState} what follows from the journal, and {@link
 * org.phonemirror.core.mirror.Mirrors} the way in from outside.
 */
package org.phonemirror.core.mirror;
