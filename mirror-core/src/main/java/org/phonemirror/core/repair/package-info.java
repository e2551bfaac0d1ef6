/**
 * Makes a mirror's user storage equal to its phone's where the two have diverged: finds what
 * differs, has the phone tell it, writes it into the mirror, and says what may have caused it.
 */
package org.phonemirror.core.repair;
