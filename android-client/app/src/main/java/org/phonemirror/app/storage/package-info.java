/** The user storage, as far as the engine does not look at it itself. */
package org.phonemirror.app.storage;
