package org.phonemirror.core.mirror;

import java.util.concurrent.Executor;
import org.phonemirror.core.subscriber.Impu;

/** What a mirror has of its own: whose it is, the settings, and where it may block. */
record MirrorSurroundings(Impu subscriber, MirrorSettings settings, Executor blocking) {}
