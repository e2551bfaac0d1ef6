/**
 * Mirrors in QEMU under TCG with {@code -icount shift=3,sleep=off}: a guest's clock counts its
 * instructions and skips its idle time, so that an interval of minutes is replayed in a fraction of
 * a second.
 */
package org.phonemirror.core.qemu;
