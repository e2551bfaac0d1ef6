/**
 * What changes in a file, told by reference to a version of it that the other side has: signatures
 * of that version's blocks go one way, a delta comes back.
 */
package org.phonemirror.sync.delta;
