package org.phonemirror.core.mirror;

import java.time.Duration;
import java.time.Instant;
import org.phonemirror.sync.SyncMessage;

/**
 * When an interval is replayed: at t_k + t_syn_int + t_max, where t_max is the longest transfer
 * time of the network, so that replays are as even as the intervals and everything that belongs to
 * an interval has come.
 *
 * <p>t_k is read from the phone's clock. A phone whose clock is ahead of the server's would put its
 * replays off without end; but a message is complete when it arrives, so no replay waits longer
 * than t_max after that.
 *
 * @param maxTransfer t_max; 100 ms in UMTS
 */
record ReplaySchedule(Duration maxTransfer) {
  /** When to replay a message that arrived at a time by the server's clock. */
  Instant due(SyncMessage message, Instant arrival) {
    Instant byPhone =
        Instant.EPOCH
            .plusNanos(message.endMicros() % 1_000_000 * 1000)
            .plusSeconds(message.endMicros() / 1_000_000)
            .plus(maxTransfer);
    Instant byArrival = arrival.plus(maxTransfer);
    return byPhone.isBefore(byArrival) ? byPhone : byArrival;
  }
}
