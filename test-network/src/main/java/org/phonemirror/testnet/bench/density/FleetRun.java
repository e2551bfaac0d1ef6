package org.phonemirror.testnet.bench.density;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.phonemirror.core.machine.MachineDriver;

/** Lets a fleet live for a while, tells of it, and measures. */
final class FleetRun {
  private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long PAUSE_MILLIS = 50;

  private final PrintStream out;
  private final MachineDriver driver;
  private final Recording recording;
  private final Fleet.Shape shape;
  private final int cores = Runtime.getRuntime().availableProcessors();
  private HostUsage told;
  private long toldNanos;

  FleetRun(PrintStream out, MachineDriver driver, Recording recording, Fleet.Shape shape) {
    this.out = out;
    this.driver = driver;
    this.recording = recording;
    this.shape = shape;
  }

  /**
   * Runs it.
   *
   * @param state directory of the journal
   * @param nanos how long all mirrors are measured, after the last has had its first interval
   */
  Carried carry(Path state, long nanos) throws IOException, InterruptedException {
    try (Fleet fleet = new Fleet(state, driver, recording, shape)) {
      long start = System.nanoTime();
      long from = start + shape.rampNanos();
      long to = from + nanos;
      told = HostUsage.now();
      toldNanos = start;
      fleet.start(to - start);
      watch(fleet, start, from);
      HostUsage before = HostUsage.now();
      long settledBefore = fleet.counts().settled();
      long fromReal = System.nanoTime();
      watch(fleet, start, to);
      HostUsage usage = HostUsage.now().minus(before);
      long settled = fleet.counts().settled() - settledBefore;
      double seconds = (System.nanoTime() - fromReal) / 1e9;
      List<Long> resident = HostUsage.resident();
      awaitRest(fleet, start, to + shape.intervalNanos());
      Fleet.Counts counts = fleet.counts();
      long missed = counts.missed() + counts.sent() - counts.settled();
      double megabytes = resident.stream().mapToLong(Long::longValue).average().orElse(0) / 1e6;
      return new Carried(
          shape.mirrors(),
          cores,
          seconds,
          settled,
          usage,
          missed,
          counts.diverged(),
          fleet.lags(),
          megabytes,
          resident.size());
    }
  }

  private void watch(Fleet fleet, long start, long until) throws IOException, InterruptedException {
    while (System.nanoTime() < until) {
      tell(fleet, start);
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private void awaitRest(Fleet fleet, long start, long until)
      throws IOException, InterruptedException {
    while (System.nanoTime() < until && fleet.counts().settled() < fleet.counts().sent()) {
      tell(fleet, start);
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private void tell(Fleet fleet, long start) throws IOException {
    long now = System.nanoTime();
    if (now - toldNanos < TELL_NANOS) {
      return;
    }
    HostUsage usage = HostUsage.now();
    Fleet.Counts counts = fleet.counts();
    out.printf(
        "%5d s: %d intervals replayed, %d waiting, lag p95 %.1f s, %d late, %d diverged,"
            + " CPU %.0f %%, %.1f GB of memory left%s%n",
        TimeUnit.NANOSECONDS.toSeconds(now - start),
        counts.settled(),
        counts.sent() - counts.settled(),
        fleet.lags().millis(95) / 1000,
        counts.missed(),
        counts.diverged(),
        100 * usage.minus(told).seconds() / ((now - toldNanos) / 1e9) / cores,
        HostUsage.availableBytes() / 1e9,
        counts.refused() == 0
            ? ""
            : ", " + counts.refused() + " refusals, last: " + counts.lastRefusal());
    told = usage;
    toldNanos = now;
  }
}
