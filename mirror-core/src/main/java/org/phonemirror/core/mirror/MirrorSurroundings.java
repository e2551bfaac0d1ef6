package org.phonemirror.core.mirror;

import java.util.concurrent.Executor;
import org.phonemirror.core.placement.Placement;
import org.phonemirror.core.subscriber.Impu;

/**
 * What a mirror has around it.
 *
 * @param subscriber whose it is
 * @param journal holds more than its state
 * @param placement what it shares with the others; all work with machines goes there
 * @param blocking for all else that blocks
 */
record MirrorSurroundings(
    Impu subscriber,
    MirrorSettings settings,
    Journal journal,
    Placement placement,
    Executor blocking) {}
