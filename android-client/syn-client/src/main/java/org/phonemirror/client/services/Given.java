package org.phonemirror.client.services;

import java.time.Instant;
import org.phonemirror.sync.Order;

/**
 * An order that the phone remembers.
 *
 * @param at when it was given
 */
public record Given(Instant at, Order order) {}
