package org.phonemirror.testnet.bench.paper.energy;

import java.util.List;

/**
 * Datagrams that the phone sends at one time, and those that answer them.
 *
 * @param atSeconds when the phone has them ready
 * @param up length of each that it sends, in bytes on the IP layer
 * @param down length of each that comes back
 */
public record Burst(double atSeconds, List<Integer> up, List<Integer> down) {
  public Burst {
    if (up.isEmpty()) {
      throw new IllegalArgumentException("a burst begins with a datagram of the phone");
    }
    up = List.copyOf(up);
    down = List.copyOf(down);
  }

  /** Both ways. */
  public int bytes() {
    return sum(up) + sum(down);
  }

  /** Both ways. */
  public int datagrams() {
    return up.size() + down.size();
  }

  /** Of lengths. */
  public static int sum(List<Integer> lengths) {
    return lengths.stream().mapToInt(Integer::intValue).sum();
  }
}
