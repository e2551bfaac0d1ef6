/** Tapes on disk. */
package org.phonemirror.core.traffic.store;
