package org.phonemirror.core.sync;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The numbers behind {@link SyncServerStats}. */
final class Counters {
  final LongAdder received = new LongAdder();
  final LongAdder accepted = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder malformed = new LongAdder();
  final LongAdder unavailable = new LongAdder();
  final LongAdder unauthorized = new LongAdder();
  final LongAdder handshakes = new LongAdder();
  final LongAdder failedHandshakes = new LongAdder();
  final LongAdder unknownIdentities = new LongAdder();
  final AtomicInteger inFlight = new AtomicInteger();

  SyncServerStats snapshot() {
    return new SyncServerStats(
        received.sum(),
        accepted.sum(),
        refused.sum(),
        malformed.sum(),
        unavailable.sum(),
        unauthorized.sum(),
        handshakes.sum(),
        failedHandshakes.sum(),
        unknownIdentities.sum(),
        inFlight.get());
  }
}
