package org.phonemirror.core.gateway.replay;

/**
 * When the guest gets what the phone got, and how long what it does may take to find its record.
 */
final class ReleaseRule {
  /**
   * How long the network's side waits for what the phone had sent before, if the mirror does not.
   */
  static final long PATIENCE_MICROS = 1_500_000;

  /** How long a request waits for its record, which may be on the next tape. */
  static final long GRACE_MICROS = 2_000_000;

  /**
   * How long before an interval's end a flow has begun to which the mirror may come in the next.
   */
  static final long LATE_MICROS = 5_000_000;

  private ReleaseRule() {}

  /**
   * The time from which on something may be given.
   *
   * @param recorded when the phone got it
   * @param preceded whether the mirror has sent as much as the phone had before
   * @param lastSign when the mirror last did anything on the flow
   */
  static long releaseTime(long recorded, boolean preceded, long lastSign) {
    return preceded ? recorded : Math.max(recorded, lastSign) + PATIENCE_MICROS;
  }
}
