package org.phonemirror.core.emulator;

import java.io.IOException;
import java.util.Arrays;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.machine.ReplayReport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One interval given to an emulator that runs, at the speed at which the phone had it: an emulator
 * has no clock that could be made to go faster.
 */
final class RealTimeReplay {
  private static final Logger LOG = LoggerFactory.getLogger(RealTimeReplay.class);
  private static final double PERCENTILE = 0.99;

  private final Emulator emulator;
  private final Pace pace;
  private final InputPlan plan;
  private final long[] lateness;
  private int refused;

  RealTimeReplay(Emulator emulator, Pace pace, InputPlan plan) {
    this.emulator = emulator;
    this.pace = pace;
    this.plan = plan;
    this.lateness = new long[plan.steps().size()];
    this.refused = plan.refused();
  }

  /**
   * Sets Android's clock to the interval's start and gives all input; returns at its end.
   *
   * @param events how many there are, those included that say nothing new
   */
  ReplayReport run(long startMicros, long lengthMicros, int events, NetworkReport network)
      throws IOException {
    emulator.setClock(startMicros);
    long begin = pace.micros();
    for (int i = 0; i < lateness.length; i++) {
      InputPlan.Step step = plan.steps().get(i);
      long due = begin + step.timeMicros() - startMicros;
      emulator.await(due);
      lateness[i] = Math.max(0, pace.micros() - due);
      if (!emulator.send(step)) {
        refused += step.events();
      }
    }
    emulator.await(begin + lengthMicros);
    long asked = pace.micros();
    long clock = emulator.clock();
    // it was read somewhere between
    long passed = asked + (pace.micros() - asked) / 2 - begin;
    if (refused > 0) {
      LOG.warn("{} of {} input events are none that an emulator knows", refused, events);
    }
    return new ReplayReport(
        events,
        Math.min(refused, events),
        percentile(),
        Arrays.stream(lateness).max().orElse(0),
        clock - startMicros - passed,
        network);
  }

  private long percentile() {
    long[] sorted = lateness.clone();
    Arrays.sort(sorted);
    return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(sorted.length * PERCENTILE) - 1];
  }
}
