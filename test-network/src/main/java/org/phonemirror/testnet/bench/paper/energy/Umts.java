package org.phonemirror.testnet.bench.paper.energy;

import java.util.List;

/**
 * UMTS: IDLE, CELL_FACH and CELL_DCH (TS 25.331 §7). A radio leaves IDLE for FACH, and FACH for DCH
 * when more than a threshold waits in one direction; it falls back after timers without traffic.
 *
 * <p>The phone is the paper's, the Android Dev Phone 1 (HTC Dream), and the operator the paper's,
 * T-Mobile in the USA. Powers, timers and thresholds are PowerTutor's for the two [1]; they were
 * measured with the method of [2], whose delays of promotion for the same operator are taken too.
 * The power during a promotion is that of the state it leads to, as [1] does not tell it apart.
 *
 * <ol>
 *   <li>L. Zhang et al., Accurate Online Power Estimation and Automatic Battery Behavior Based
 *       Power Model Generation for Smartphones, CODES+ISSS 2010; values: PowerTutor, DreamConstants
 *   <li>F. Qian et al., Characterizing Radio Resource Allocation for 3G Networks, IMC 2010
 * </ol>
 */
public final class Umts implements RadioPower {
  /**
   * Its constants.
   *
   * @param fachWatts above IDLE's
   * @param dchWatts above IDLE's
   * @param toFachSeconds from IDLE
   * @param toDchSeconds from FACH
   * @param dchTailSeconds without traffic until it falls to FACH
   * @param fachTailSeconds without traffic until it falls to IDLE
   * @param upThreshold bytes in the buffer that lead to DCH
   * @param downThreshold of the network's buffer
   * @param fachBitsPerSecond both ways
   * @param dchUpBitsPerSecond up
   * @param dchDownBitsPerSecond down
   * @param roundTripSeconds from the last datagram up to the first answer
   */
  public record Constants(
      double fachWatts,
      double dchWatts,
      double toFachSeconds,
      double toDchSeconds,
      double dchTailSeconds,
      double fachTailSeconds,
      int upThreshold,
      int downThreshold,
      double fachBitsPerSecond,
      double dchUpBitsPerSecond,
      double dchDownBitsPerSecond,
      double roundTripSeconds) {}

  private static final double IDLE_WATTS = 0.010;

  /**
   * The paper's phone and network. FACH carries 32 kbit/s as usual; DCH is the paper's Table 1, and
   * the round trip twice its t_max.
   */
  public static final Constants DEV_PHONE_ON_T_MOBILE =
      new Constants(
          0.401 - IDLE_WATTS,
          0.570 - IDLE_WATTS,
          0.6,
          1.3,
          6,
          4,
          151,
          119,
          32_000,
          708_000,
          1_259_000,
          0.2);

  /** The same phone where the operator has these timers and thresholds. */
  public static Constants devPhoneAt(
      double dchTailSeconds, double fachTailSeconds, int upThreshold, int downThreshold) {
    Constants own = DEV_PHONE_ON_T_MOBILE;
    return new Constants(
        own.fachWatts,
        own.dchWatts,
        own.toFachSeconds,
        own.toDchSeconds,
        dchTailSeconds,
        fachTailSeconds,
        upThreshold,
        downThreshold,
        own.fachBitsPerSecond,
        own.dchUpBitsPerSecond,
        own.dchDownBitsPerSecond,
        own.roundTripSeconds);
  }

  private enum State {
    IDLE,
    FACH,
    DCH
  }

  private final Constants constants;

  public Umts(Constants constants) {
    this.constants = constants;
  }

  @Override
  public String name() {
    return "3G (UMTS)";
  }

  @Override
  public Use use(List<Burst> bursts, double seconds) {
    Run run = new Run(seconds);
    for (Burst burst : bursts) {
      if (burst.atSeconds() < seconds) {
        run.burst(burst);
      }
    }
    run.quietUntil(seconds);
    return new Use(run.joules, run.awake, run.connections);
  }

  /** One pass over the time. */
  private final class Run {
    private final double end;
    private State state = State.IDLE;
    private double now;
    private double joules;
    private double awake;
    private int connections;

    Run(double end) {
      this.end = end;
    }

    void burst(Burst burst) {
      quietUntil(burst.atSeconds());
      double from = now;
      carry(burst.up(), constants.upThreshold, constants.dchUpBitsPerSecond);
      if (!burst.down().isEmpty()) {
        spend(constants.roundTripSeconds);
        carry(burst.down(), constants.downThreshold, constants.dchDownBitsPerSecond);
      }
      awake += now - from;
    }

    /** All that is given here waits in one buffer. */
    private void carry(List<Integer> lengths, int threshold, double dchBitsPerSecond) {
      int bytes = Burst.sum(lengths);
      if (state == State.IDLE) {
        connections++;
        state = State.FACH;
        spend(constants.toFachSeconds);
      }
      if (state == State.FACH && bytes > threshold) {
        state = State.DCH;
        spend(constants.toDchSeconds);
      }
      double rate = state == State.DCH ? dchBitsPerSecond : constants.fachBitsPerSecond;
      spend(bytes * 8 / rate);
    }

    /** Lets the timers run from the last traffic on. */
    void quietUntil(double time) {
      if (state == State.DCH) {
        tail(time, constants.dchTailSeconds, State.FACH);
      }
      if (state == State.FACH) {
        tail(time, constants.fachTailSeconds, State.IDLE);
      }
      now = Math.max(now, time);
    }

    private void tail(double time, double seconds, State below) {
      if (now + seconds <= time) {
        spend(seconds);
        state = below;
      } else {
        spend(Math.max(0, time - now));
      }
    }

    private void spend(double seconds) {
      double counted = Math.max(0, Math.min(seconds, end - now));
      joules +=
          counted
              * switch (state) {
                case IDLE -> 0;
                case FACH -> constants.fachWatts;
                case DCH -> constants.dchWatts;
              };
      now += seconds;
    }
  }
}
