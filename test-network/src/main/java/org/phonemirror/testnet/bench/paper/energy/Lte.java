package org.phonemirror.testnet.bench.paper.energy;

import java.util.List;

/**
 * LTE: RRC_IDLE and RRC_CONNECTED with discontinuous reception (TS 36.331, TS 36.321 §5.7), with
 * the powers and timers of J. Huang et al., A Close Examination of Performance and Power
 * Characteristics of 4G LTE Networks, MobiSys 2012, tables 3 and 4. After the last packet the radio
 * receives for 100 ms, then it wakes for 1 ms in each 40 (the short cycle of 20 ms lasts one turn
 * and is left out), until the tail ends after 11.6 s.
 */
public final class Lte implements RadioPower {
  private static final double PROMOTION_SECONDS = 0.2601;
  private static final double PROMOTION_WATTS = 1.2107;
  private static final double CONNECTED_WATTS = 1.28804;
  private static final double UP_WATTS_PER_MBIT = 0.43839;
  private static final double DOWN_WATTS_PER_MBIT = 0.05197;
  private static final double UP_MBIT = 5.64;
  private static final double DOWN_MBIT = 12.74;
  private static final double RECEPTION_SECONDS = 0.1;
  private static final double TAIL_SECONDS = 11.576;
  private static final double TAIL_WATTS = 1.060;
  private static final double AWAKE_WATTS = 1.680;
  private static final double AWAKE_SHARE = 1 / 40.1;

  /** Paging: 43.2 ms in each 1.28 s. */
  private static final double IDLE_WATTS = 0.5943 * 43.2 / 1280.2;

  private static final double ROUND_TRIP_SECONDS = 0.070;

  @Override
  public String name() {
    return "LTE";
  }

  @Override
  public Use use(List<Burst> bursts, double seconds) {
    double joules = 0;
    double awake = 0;
    int connections = 0;
    double lastPacket = Double.NEGATIVE_INFINITY;
    for (Burst burst : bursts) {
      if (burst.atSeconds() >= seconds) {
        break;
      }
      double gap = burst.atSeconds() - lastPacket;
      double start = Math.max(burst.atSeconds(), lastPacket);
      double promotion = 0;
      if (gap > TAIL_SECONDS) {
        promotion = PROMOTION_SECONDS;
        connections++;
        joules += promotion * (PROMOTION_WATTS - IDLE_WATTS);
      }
      if (lastPacket >= 0) {
        joules += tail(Math.min(gap, TAIL_SECONDS));
      }
      double up = Burst.sum(burst.up()) * 8 / (UP_MBIT * 1e6);
      double down = Burst.sum(burst.down()) * 8 / (DOWN_MBIT * 1e6);
      double wait = burst.down().isEmpty() ? 0 : ROUND_TRIP_SECONDS;
      joules +=
          (up + down + wait) * (CONNECTED_WATTS - IDLE_WATTS)
              + up * UP_WATTS_PER_MBIT * UP_MBIT
              + down * DOWN_WATTS_PER_MBIT * DOWN_MBIT;
      lastPacket = start + promotion + up + wait + down;
      awake += lastPacket - start;
    }
    if (lastPacket >= 0) {
      joules += tail(Math.max(0, Math.min(seconds - lastPacket, TAIL_SECONDS)));
    }
    return new Use(joules, awake, connections);
  }

  /** From the last packet on. */
  private static double tail(double seconds) {
    if (seconds <= 0) {
      return 0;
    }
    double receiving = Math.min(seconds, RECEPTION_SECONDS);
    double cycles = TAIL_WATTS + (AWAKE_WATTS - TAIL_WATTS) * AWAKE_SHARE;
    return receiving * (CONNECTED_WATTS - IDLE_WATTS)
        + (seconds - receiving) * (cycles - IDLE_WATTS);
  }
}
