package org.phonemirror.core.subscriber;

import java.time.Instant;

/**
 * How a subscriber's mirror is, as the network is told.
 *
 * @param phase where it is in its life
 * @param phoneModel names the factory template
 * @param since when it came to this phase, on the server's clock
 * @param failure why it is out of order; empty if it is not
 */
public record MirrorCondition(Phase phase, String phoneModel, Instant since, String failure) {
  /** Where a mirror is in its life. */
  public enum Phase {
    /** The phone is on; its machine is being started. */
    STARTING,
    /** The machine follows the phone. */
    RUNNING,
    /** There is no room for the machine on its server; what the phone sends waits. */
    REFUSED,
    /** The phone is off; all it sent was replayed and is saved. */
    SAVED,
    /** The machine fails again and again. */
    FAILED
  }
}
