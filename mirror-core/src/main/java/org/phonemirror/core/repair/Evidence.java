package org.phonemirror.core.repair;

import java.util.EnumSet;
import java.util.Set;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.tape.Mark;
import org.phonemirror.core.tape.Tape;

/**
 * What is known of an interval's replay that may explain a divergence.
 *
 * @param lostEvents input events that the phone lost, or the mirror's devices did not take
 * @param marks of the network flows that could not be replayed
 * @param unrecordedRequests what the mirror asked of the network without a recorded answer. Where
 *     it merely sent other bytes than the phone, that is a consequence of what else was different
 * @param clockErrorMicros the mirror's clock against the phone's at the interval's end
 * @param latenessMicros of the input event that came latest, after its time
 */
public record Evidence(
    long lostEvents,
    Set<Mark> marks,
    int unrecordedRequests,
    long clockErrorMicros,
    long latenessMicros) {
  /** Nothing is known. */
  public static final Evidence NONE = new Evidence(0, Set.of(), 0, 0, 0);

  /** Programs see time in seconds at the finest that is of consequence in files. */
  private static final long IRREGULAR_MICROS = 1_000_000;

  public Evidence {
    marks = Set.copyOf(marks);
  }

  /** Of a replay: its input, the network's tape, and what the mirror did with both. */
  public static Evidence of(long lostEvents, Tape tape, ReplayReport report) {
    NetworkReport network = report.network();
    Set<Mark> marks = EnumSet.noneOf(Mark.class);
    tape.tcp().forEach(flow -> marks.addAll(flow.marks()));
    tape.udp().forEach(flow -> marks.addAll(flow.marks()));
    if (!network.leftOut().isEmpty()) {
      marks.add(Mark.TOO_LONG);
    }
    return new Evidence(
        lostEvents + report.orderErrors(),
        marks,
        network.unrecordedCount(),
        report.clockErrorMicros(),
        report.latenessMaxMicros());
  }

  /** Both together: what happened in an interval may show in the next one's files. */
  public Evidence and(Evidence other) {
    Set<Mark> all = EnumSet.noneOf(Mark.class);
    all.addAll(marks);
    all.addAll(other.marks);
    return new Evidence(
        lostEvents + other.lostEvents,
        all,
        unrecordedRequests + other.unrecordedRequests,
        Math.max(Math.abs(clockErrorMicros), Math.abs(other.clockErrorMicros)),
        Math.max(latenessMicros, other.latenessMicros));
  }

  /** The likeliest cause: what is missing for certain comes before what may have mattered. */
  public Cause cause() {
    if (lostEvents > 0 || marks.stream().anyMatch(mark -> mark != Mark.TLS)) {
      return Cause.LOSS;
    } else if (marks.contains(Mark.TLS)) {
      return Cause.TLS;
    } else if (unrecordedRequests > 0) {
      return Cause.UNRECORDED_REQUEST;
    } else if (Math.abs(clockErrorMicros) > IRREGULAR_MICROS || latenessMicros > IRREGULAR_MICROS) {
      return Cause.TIME;
    } else {
      return Cause.RANDOM;
    }
  }
}
