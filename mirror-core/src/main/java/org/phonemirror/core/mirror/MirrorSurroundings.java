package org.phonemirror.core.mirror;

import java.util.concurrent.Executor;
import org.phonemirror.core.placement.Placement;
import org.phonemirror.core.subscriber.Impu;

/**
 * What a mirror has around it.
 *
 * @param subscriber whose it is
 * @param placement what it shares with the others; all work with machines goes there
 * @param blocking for all else that blocks
 */
record MirrorSurroundings(
    Impu subscriber, MirrorSettings settings, Placement placement, Executor blocking) {}
