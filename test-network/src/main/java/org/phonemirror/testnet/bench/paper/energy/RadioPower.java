package org.phonemirror.testnet.bench.paper.energy;

import java.util.List;

/** What a kind of radio needs for what is sent. */
public interface RadioPower {
  /** For people. */
  String name();

  /**
   * What it needs beyond what it needs when nothing is sent.
   *
   * @param bursts in order of time
   * @param seconds how long is looked at, from 0; what comes later does not count
   */
  Use use(List<Burst> bursts, double seconds);

  /**
   * What was needed.
   *
   * @param joules of the radio
   * @param awakeSeconds how long the processor must stay awake: from a burst to its last answer
   * @param connections how often the radio left idle
   */
  record Use(double joules, double awakeSeconds, int connections) {}
}
