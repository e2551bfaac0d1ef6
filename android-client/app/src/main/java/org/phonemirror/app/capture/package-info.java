/** The owner's input: where it is seen, and what of it is passed on. */
package org.phonemirror.app.capture;
