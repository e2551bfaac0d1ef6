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
 * @param last the last comparison
 * @param failure why it is out of order; empty if it is not
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
    /** The phone is off; all it sent was replayed and is saved. */
    SAVED,
    /** The machine fails again and again; see the reason. */
    FAILED
  }

  static MirrorStatus of(
      Impu subscriber, MirrorState state, boolean machineIsUp, int beyondRepair) {
    MirrorState.Progress progress = state.progress();
    return new MirrorStatus(
        subscriber.uri(),
        phase(state, machineIsUp),
        state.profile().map(MirrorProfile::phoneModel).orElse(""),
        state.stream().last(),
        progress.replayed(),
        progress.intervals(),
        progress.repairs(),
        beyondRepair,
        progress.last(),
        progress.failure());
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
        : Optional.of(
            new MirrorCondition(
                MirrorCondition.Phase.valueOf(phase.name()), phoneModel, now, failure));
  }

  private static Phase phase(MirrorState state, boolean machineIsUp) {
    if (state.profile().isEmpty()) {
      return Phase.ABSENT;
    } else if (!state.progress().failure().isEmpty()) {
      return Phase.FAILED;
    } else if (machineIsUp) {
      return Phase.RUNNING;
    } else if (state.link().on() || state.after(state.progress().checkpoint()).isPresent()) {
      return Phase.STARTING;
    } else {
      return Phase.SAVED;
    }
  }
}
