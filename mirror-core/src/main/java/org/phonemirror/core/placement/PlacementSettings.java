package org.phonemirror.core.placement;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * What mirrors may take of this server.
 *
 * @param parallelism how many machines are worked with at a time
 * @param memoryBytes how much memory machines may hold between intervals; beyond it those that are
 *     due last are hibernated
 * @param cpus CPUs that there are
 * @param cpuShare which part of them all mirrors together may need before a new one is refused
 * @param expectedCpu what a mirror is taken to need in an interval before any was measured
 * @param cpuPerInterval how much CPU time one mirror may use in an interval, its start included;
 *     one that uses more is stopped
 * @param maxLateness how long work may wait beyond its deadline before a new mirror is refused
 * @param minFreeBytes how much of the state's disk stays free of new mirrors
 */
public record PlacementSettings(
    int parallelism,
    long memoryBytes,
    int cpus,
    double cpuShare,
    Duration expectedCpu,
    Duration cpuPerInterval,
    Duration maxLateness,
    long minFreeBytes) {

  /** Names what is out of range. */
  public PlacementSettings {
    check(parallelism >= 1, "parallelism", parallelism, "at least 1");
    check(memoryBytes >= 0, "memory", memoryBytes, "not negative");
    check(cpus >= 1, "CPUs", cpus, "at least 1");
    check(cpuShare > 0, "share of the CPUs", cpuShare, "more than 0");
    check(isPositive(expectedCpu), "expected CPU time", expectedCpu, "more than 0");
    check(isPositive(cpuPerInterval), "CPU time per interval", cpuPerInterval, "more than 0");
    check(isPositive(maxLateness), "lateness", maxLateness, "more than 0");
    check(minFreeBytes >= 0, "free disk", minFreeBytes, "not negative");
  }

  private static boolean isPositive(Duration duration) {
    return !duration.isNegative() && !duration.isZero();
  }

  private static void check(boolean holds, String name, Object value, String range) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is " + value + ", must be " + range);
    }
  }

  /** For a machine of which half the memory and four fifths of the CPUs are for mirrors. */
  public static PlacementSettings defaults() {
    int cpus = Runtime.getRuntime().availableProcessors();
    return new PlacementSettings(
        cpus,
        hostMemory() / 2,
        cpus,
        0.8,
        Duration.ofMillis(300),
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        256L << 20);
  }

  /** Of the host, or of the container that this runs in. */
  private static long hostMemory() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return system.getTotalMemorySize();
  }

  /** With other {@code parallelism}. */
  public PlacementSettings withParallelism(int changed) {
    return new PlacementSettings(
        changed,
        memoryBytes,
        cpus,
        cpuShare,
        expectedCpu,
        cpuPerInterval,
        maxLateness,
        minFreeBytes);
  }

  /** With other {@code memoryBytes}. */
  public PlacementSettings withMemoryBytes(long changed) {
    return new PlacementSettings(
        parallelism,
        changed,
        cpus,
        cpuShare,
        expectedCpu,
        cpuPerInterval,
        maxLateness,
        minFreeBytes);
  }

  /** With other {@code cpuShare}. */
  public PlacementSettings withCpuShare(double changed) {
    return new PlacementSettings(
        parallelism,
        memoryBytes,
        cpus,
        changed,
        expectedCpu,
        cpuPerInterval,
        maxLateness,
        minFreeBytes);
  }

  /** With other {@code cpuPerInterval}. */
  public PlacementSettings withCpuPerInterval(Duration changed) {
    return new PlacementSettings(
        parallelism, memoryBytes, cpus, cpuShare, expectedCpu, changed, maxLateness, minFreeBytes);
  }

  /** With other {@code maxLateness}. */
  public PlacementSettings withMaxLateness(Duration changed) {
    return new PlacementSettings(
        parallelism,
        memoryBytes,
        cpus,
        cpuShare,
        expectedCpu,
        cpuPerInterval,
        changed,
        minFreeBytes);
  }

  /** With other {@code minFreeBytes}. */
  public PlacementSettings withMinFreeBytes(long changed) {
    return new PlacementSettings(
        parallelism,
        memoryBytes,
        cpus,
        cpuShare,
        expectedCpu,
        cpuPerInterval,
        maxLateness,
        changed);
  }
}
