package org.phonemirror.client.services;

import java.time.Instant;
import org.phonemirror.sync.Notice;

/**
 * A notice that the phone remembers.
 *
 * @param at when it came
 */
public record Told(Instant at, Notice notice) {}
