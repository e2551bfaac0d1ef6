package org.phonemirror.core.mirror;

import java.time.Instant;
import java.util.Optional;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorCondition;
import org.phonemirror.core.subscriber.MirrorProfile;

/**
 * What an operator sees of a mirror.
 *
 * @param subscriber whose mirror it is
 * @param phase where it is in its life
 * @param phoneModel empty while absent
 * @param accepted sequence number of the phone's last durable message
 * @param replayed how far the mirror has followed
 * @param intervals intervals compared
 * @param repairs intervals after which something differed that had not before, by cause, and what
 *     was done about it
 * @param beyondRepair how many paths differ that could not be repaired and are left so
 * @param otherSoftware what the phone told at its last boot, if that is not what the mirror runs;
 *     known since the boot was replayed by this server
 * @param last the last comparison
 * @param failure why it is out of order, or has to wait; empty if neither
 */
public record MirrorStatus(
    String subscriber,
    Phase phase,
    String phoneModel,
    long accepted,
    long replayed,
    long intervals,
    RepairCounts repairs,
    int beyondRepair,
    Optional<OtherSoftware> otherSoftware,
    Optional<Comparison> last,
    String failure) {
  /** Where a mirror is in its life. */
  public enum Phase {
    /** The subscriber has no mirror. */
    ABSENT,
    /** The phone is on; its machine is being started. */
    STARTING,
    /** The machine follows the phone. */
    RUNNING,
    /**
     * The phone is on; the mirror is saved and needs no memory until there is something to replay,
     * or is about to be back for that.
     */
    HIBERNATED,
    /** There is no room for its machine; see the reason. What the phone sends waits. */
    REFUSED,
    /** The phone is off; all it sent was replayed and is saved. */
    SAVED,
    /** The machine fails again and again, or uses too much; see the reason. */
    FAILED
  }

  /**
   * How the machine is.
   *
   * @param up whether there is one
   * @param hibernated whether that there is none is as it should be
   * @param refusal why there is no room for it
   */
  record Machine(
      boolean up,
      boolean hibernated,
      Optional<String> refusal,
      int beyondRepair,
      Optional<OtherSoftware> otherSoftware) {}

  static MirrorStatus of(Impu subscriber, MirrorState state, Machine machine) {
    MirrorState.Progress progress = state.progress();
    Phase phase = phase(state, machine);
    return new MirrorStatus(
        subscriber.uri(),
        phase,
        state.profile().map(MirrorProfile::phoneModel).orElse(""),
        state.stream().last(),
        progress.replayed(),
        progress.intervals(),
        progress.repairs(),
        machine.beyondRepair,
        machine.otherSoftware,
        progress.last(),
        phase == Phase.REFUSED ? machine.refusal.orElse("") : progress.failure());
  }

  /** Intervals after which something differed that had not before. */
  public long diverged() {
    return repairs.divergedInAll();
  }

  /** The same, in a thousand intervals. */
  public double divergedPer1000() {
    return intervals == 0 ? 0 : 1000.0 * diverged() / intervals;
  }

  /** What the network is told of it; empty while absent. */
  Optional<MirrorCondition> condition(Instant now) {
    return phase == Phase.ABSENT
        ? Optional.empty()
        : Optional.of(new MirrorCondition(conditionPhase(), phoneModel, now, failure));
  }

  /** Where a mirror is kept between intervals is the server's affair. */
  private MirrorCondition.Phase conditionPhase() {
    return phase == Phase.HIBERNATED
        ? MirrorCondition.Phase.RUNNING
        : MirrorCondition.Phase.valueOf(phase.name());
  }

  private static Phase phase(MirrorState state, Machine machine) {
    if (state.profile().isEmpty()) {
      return Phase.ABSENT;
    } else if (!state.progress().failure().isEmpty()) {
      return Phase.FAILED;
    } else if (machine.up) {
      return Phase.RUNNING;
    } else if (!state.link().on() && state.after(state.progress().checkpoint()).isEmpty()) {
      return Phase.SAVED;
    } else if (machine.refusal.isPresent()) {
      return Phase.REFUSED;
    } else {
      return machine.hibernated ? Phase.HIBERNATED : Phase.STARTING;
    }
  }
}
