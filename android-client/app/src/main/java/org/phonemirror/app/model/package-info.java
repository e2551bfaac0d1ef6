/**
 * The port between the screens ({@code org.phonemirror.app.ui}) and the rest of the app: what a
 * screen shows, as immutable records, and {@link org.phonemirror.app.model.MirrorControl}, what its
 * buttons do. Nothing here knows Android, so that either side can be tried without the other.
 */
package org.phonemirror.app.model;
