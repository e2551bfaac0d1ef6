/**
 * The port to the virtual machines that mirrors run in. A driver (QEMU in {@code
 * org.phonemirror.core.qemu}) implements it; the mirror entity calls it, from one thread at a time
 * for one mirror. All calls may block.
 */
package org.phonemirror.core.machine;
