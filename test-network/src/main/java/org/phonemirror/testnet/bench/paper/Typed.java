package org.phonemirror.testnet.bench.paper;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.phonemirror.testnet.bench.paper.energy.Burst;

/**
 * A phone whose user makes events at an even rate, and that tells of them once an interval.
 *
 * @param perSecond events, each a key pressed and released
 * @param interval t_syn_int
 */
record Typed(double perSecond, Duration interval) {
  /** An event's message of 32 bytes (§5.2), and the headers of IP and UDP. */
  private static final int PAPER_DATAGRAM = 32 + 28;

  int batches(Duration total) {
    return (int) (total.toMillis() / interval.toMillis());
  }

  /** Events of one interval: the rate is kept over all of them. */
  int events(int number) {
    double length = interval.toMillis() / 1000.0;
    return (int)
        (Math.floor((number + 1) * length * perSecond) - Math.floor(number * length * perSecond));
  }

  long events(Duration total) {
    long sum = 0;
    for (int i = 0; i < batches(total); i++) {
      sum += events(i);
    }
    return sum;
  }

  /** When the phone sends an interval's batch. */
  double sentAt(int number) {
    return (number + 1) * (interval.toMillis() / 1000.0);
  }

  /** What the paper's Syn-Client sends: a datagram for each event, all at the interval's end. */
  List<Burst> paperBursts(Duration total) {
    List<Burst> bursts = new ArrayList<>();
    for (int i = 0; i < batches(total); i++) {
      int events = events(i);
      if (events > 0) {
        List<Integer> lengths = new ArrayList<>();
        for (int event = 0; event < events; event++) {
          lengths.add(PAPER_DATAGRAM);
        }
        bursts.add(new Burst(sentAt(i), lengths, List.of()));
      }
    }
    return bursts;
  }
}
