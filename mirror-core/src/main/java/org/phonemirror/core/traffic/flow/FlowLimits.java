package org.phonemirror.core.traffic.flow;

import java.time.Duration;

/**
 * What recording may take, whatever comes. What exceeds it is not recorded, and counted.
 *
 * @param flowsPerSubscriber most flows of one subscriber; the least recently used one goes
 * @param flows most flows of all; the least recently used one goes
 * @param earlyBytesPerStream most bytes of one direction of a connection that wait for bytes before
 *     them
 * @param earlyBytes most such bytes of all
 * @param fragmentBytes most bytes of fragments of all that wait for the rest of their packets
 * @param intervalBytes most that is recorded of one subscriber in one interval; a flow that goes on
 *     beyond it is marked {@link org.phonemirror.core.tape.Mark#TOO_LONG}
 * @param uncutBytes most that is kept of one subscriber while nobody cuts tapes; the oldest goes
 * @param uncutAge how long it is kept
 */
public record FlowLimits(
    int flowsPerSubscriber,
    int flows,
    int earlyBytesPerStream,
    long earlyBytes,
    long fragmentBytes,
    long intervalBytes,
    long uncutBytes,
    Duration uncutAge) {
  private static final int MIB = 1 << 20;

  public FlowLimits {
    if (flowsPerSubscriber < 1
        || flows < flowsPerSubscriber
        || earlyBytesPerStream < 0
        || earlyBytes < earlyBytesPerStream
        || fragmentBytes < 0
        || intervalBytes < 1
        || uncutBytes < intervalBytes
        || uncutAge.isNegative()) {
      throw new IllegalArgumentException(
          "limits of the traffic monitor contradict each other: what is for one must be no more"
              + " than what is for all, and an interval's bytes no more than what is kept uncut");
    }
  }

  /**
   * For some ten thousand phones: 8 MiB of an interval, as a longer tape is too much for a mirror's
   * agent, and four such intervals.
   */
  public static final FlowLimits DEFAULT =
      new FlowLimits(
          1_024, 200_000, MIB, 64L * MIB, 32L * MIB, 8L * MIB, 32L * MIB, Duration.ofMinutes(30));
}
