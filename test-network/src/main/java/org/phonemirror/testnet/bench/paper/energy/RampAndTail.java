package org.phonemirror.testnet.bench.paper.energy;

import java.util.List;

/**
 * The linear model of N. Balasubramanian et al., Energy Consumption in Mobile Phones: A Measurement
 * Study and Implications for Network Applications, IMC 2009, table 2, measured with a Nokia N95: a
 * ramp, energy by the kilobyte, and a tail. A transfer within the tail of another has no ramp.
 *
 * @param name of the network
 * @param rampJoules to leave idle
 * @param joulesPerKilobyte both ways
 * @param tailWatts after the last packet
 * @param tailSeconds for so long
 * @param bitsPerSecond for how long a transfer takes, which keeps the processor awake
 */
public record RampAndTail(
    String name,
    double rampJoules,
    double joulesPerKilobyte,
    double tailWatts,
    double tailSeconds,
    double bitsPerSecond)
    implements RadioPower {
  /** EDGE, at the paper's 150 kbit/s. */
  public static final RampAndTail GSM = new RampAndTail("EDGE (GSM)", 1.7, 0.036, 0.25, 6, 150_000);

  /** The same authors' 3G, at the paper's 708 kbit/s. */
  public static final RampAndTail THREE_G =
      new RampAndTail("3G (Nokia N95)", 3.5, 0.025, 0.62, 12.5, 708_000);

  @Override
  public Use use(List<Burst> bursts, double seconds) {
    double joules = 0;
    double awake = 0;
    int connections = 0;
    double last = Double.NEGATIVE_INFINITY;
    for (Burst burst : bursts) {
      if (burst.atSeconds() >= seconds) {
        break;
      }
      double start = Math.max(burst.atSeconds(), last);
      if (start - last > tailSeconds) {
        connections++;
        joules += rampJoules;
      }
      if (last >= 0) {
        joules += tailWatts * Math.min(start - last, tailSeconds);
      }
      joules += joulesPerKilobyte * burst.bytes() / 1000;
      double transfer = burst.bytes() * 8 / bitsPerSecond;
      awake += transfer;
      last = start + transfer;
    }
    if (last >= 0) {
      joules += tailWatts * Math.max(0, Math.min(seconds - last, tailSeconds));
    }
    return new Use(joules, awake, connections);
  }
}
