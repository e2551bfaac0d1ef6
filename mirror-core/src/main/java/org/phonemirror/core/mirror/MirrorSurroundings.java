package org.phonemirror.core.mirror;

import java.util.concurrent.Executor;
import org.phonemirror.core.subscriber.Impu;

/**
 * What a mirror has of its own: whose it is, the settings, the journal that holds more than its
 * state, and where it may block.
 */
record MirrorSurroundings(
    Impu subscriber, MirrorSettings settings, Journal journal, Executor blocking) {}
