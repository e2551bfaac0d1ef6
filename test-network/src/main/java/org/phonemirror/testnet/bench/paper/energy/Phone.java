package org.phonemirror.testnet.bench.paper.energy;

import java.util.List;

/**
 * The paper's phone, the Android Dev Phone 1, with one radio or another: what synchronization takes
 * from its battery of 1150 mAh at 3.7 V, beyond standby.
 *
 * <p>The processor needs 121 mW when it is awake and 434 mW more when it is busy at 384 MHz (L.
 * Zhang et al., CODES+ISSS 2010, table of the HTC Dream). How long it is busy was never published:
 * 1 ms a datagram, 0.1 ms an event and 1 us a byte are assumed, more than a tenfold of what the
 * client takes on a machine of today; it is next to nothing beside the radio, as the result tells.
 *
 * @param radio that carries it
 */
public record Phone(RadioPower radio) {
  /** Energy of the whole battery. */
  public static final double BATTERY_JOULES = 1.150 * 3.7 * 3600;

  private static final double AWAKE_WATTS = 0.12146;
  private static final double BUSY_WATTS = 0.43388;
  private static final double SECONDS_PER_DATAGRAM = 1e-3;
  private static final double SECONDS_PER_EVENT = 1e-4;
  private static final double SECONDS_PER_BYTE = 1e-6;

  /**
   * What was taken.
   *
   * @param radioJoules by the radio
   * @param processorJoules by the processor
   * @param awakeSeconds from each burst to its last answer, together
   * @param connections how often the radio left idle
   */
  public record Spent(
      double radioJoules, double processorJoules, double awakeSeconds, int connections) {
    /** Both. */
    public double joules() {
      return radioJoules + processorJoules;
    }

    /** Of the battery. */
    public double percent() {
      return 100 * joules() / BATTERY_JOULES;
    }
  }

  /**
   * What these bursts take.
   *
   * @param bursts in order of time
   * @param events that they tell of
   * @param seconds how long is looked at
   */
  public Spent spend(List<Burst> bursts, long events, double seconds) {
    RadioPower.Use use = radio.use(bursts, seconds);
    double busy = events * SECONDS_PER_EVENT;
    for (Burst burst : bursts) {
      busy += burst.datagrams() * SECONDS_PER_DATAGRAM + burst.bytes() * SECONDS_PER_BYTE;
    }
    return new Spent(
        use.joules(),
        use.awakeSeconds() * AWAKE_WATTS + busy * BUSY_WATTS,
        use.awakeSeconds(),
        use.connections());
  }
}
