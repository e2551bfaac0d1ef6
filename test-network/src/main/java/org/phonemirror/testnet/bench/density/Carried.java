package org.phonemirror.testnet.bench.density;

/**
 * What a machine has carried, once all mirrors were there.
 *
 * @param mirrors how many
 * @param cores of the machine
 * @param seconds how long, on the wall
 * @param intervals replayed meanwhile
 * @param usage CPU that all that took
 * @param missed intervals, of all from the first mirror's on, that were replayed too late or never
 * @param diverged those whose storage was not the phone's
 * @param lags of all of them
 * @param residentMegabytes mean PSS of a machine's process; 0 if there is none
 * @param processes how many machines have one in the end
 */
record Carried(
    int mirrors,
    int cores,
    double seconds,
    long intervals,
    HostUsage usage,
    long missed,
    long diverged,
    Durations lags,
    double residentMegabytes,
    int processes) {
  /** CPU seconds of an interval, all included. */
  double perInterval() {
    return intervals == 0 ? 0 : usage.seconds() / intervals;
  }

  /** How busy it kept the machine, all cores together, in percent. */
  double busyPercent() {
    return 100 * usage.seconds() / seconds / cores;
  }

  /** How busy so many mirrors keep all cores together, at t_syn_int, in percent. */
  double percentAt(int number) {
    return 100 * number * perInterval() / (Load.INTERVAL_MICROS / 1e6) / cores;
  }

  /** How many mirrors a core could carry if it did nothing else, all the time. */
  double computedPerCore() {
    return perInterval() == 0 ? 0 : Load.INTERVAL_MICROS / 1e6 / perInterval();
  }

  /**
   * How many a core did carry in step; what can be computed where it was too much, but never more
   * than it had.
   */
  double carriedPerCore() {
    double had = (double) mirrors / cores;
    return missed == 0 ? had : Math.min(had, computedPerCore());
  }
}
