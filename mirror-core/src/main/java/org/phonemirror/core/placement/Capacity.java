package org.phonemirror.core.placement;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Whether there is room for one more mirror: what those that are placed need of the CPUs, as
 * measured, how late work is, and what is left of the disk.
 *
 * <p>A mirror that was not measured yet counts as the average of those that were. So when many come
 * at once they are let in one by one as far as they fit, not all because none has cost anything.
 */
final class Capacity {
  /** How much the last interval counts against those before. */
  private static final double WEIGHT = 0.3;

  private final PlacementSettings settings;
  private final Supplier<Duration> overdue;
  private final LongSupplier freeBytes;
  private final Map<Object, Placed> placed = new HashMap<>();

  private static final class Placed {
    private long charged;
    private boolean measured;
    private double cpuMicros;
    private double lengthMicros;

    Placed(Duration interval) {
      lengthMicros = interval.toNanos() / 1000.0;
    }

    void add(long length) {
      // both in one way: a short interval, as that of a shutdown, is not taken for a load
      double weight = measured ? WEIGHT : 1;
      cpuMicros += weight * (charged - cpuMicros);
      lengthMicros += weight * (Math.max(1, length) - lengthMicros);
      measured = true;
    }
  }

  /**
   * Of these settings.
   *
   * @param overdue how late work is now
   * @param freeBytes what is left of the disk
   */
  Capacity(PlacementSettings settings, Supplier<Duration> overdue, LongSupplier freeBytes) {
    this.settings = settings;
    this.overdue = overdue;
    this.freeBytes = freeBytes;
  }

  /** Places a mirror if there is room; tells why there is none, and what to do. */
  synchronized Optional<String> admit(Object mirror, Duration interval) {
    if (placed.containsKey(mirror)) {
      return Optional.empty();
    }
    Optional<String> reason = reason(interval);
    if (reason.isEmpty()) {
      place(mirror, interval);
    }
    return reason;
  }

  /** Places a mirror that had its place before. */
  synchronized void place(Object mirror, Duration interval) {
    placed.computeIfAbsent(mirror, m -> new Placed(interval));
  }

  /** It needs nothing any more. */
  synchronized void leave(Object mirror) {
    placed.remove(mirror);
  }

  /** Something was done for a mirror. */
  synchronized void charge(Object mirror, long cpuMicros) {
    Placed of = placed.get(mirror);
    if (of != null) {
      of.charged += cpuMicros;
    }
  }

  /** All of an interval was done for a mirror; of what was not part of one none is kept. */
  synchronized void interval(Object mirror, OptionalLong lengthMicros) {
    Placed of = placed.get(mirror);
    if (of == null) {
      return;
    }
    if (lengthMicros.isPresent()) {
      of.add(lengthMicros.getAsLong());
    }
    of.charged = 0;
  }

  synchronized int size() {
    return placed.size();
  }

  /** CPUs that the placed mirrors need. */
  synchronized double demand() {
    double typical = typicalMicros();
    return placed.values().stream()
        .mapToDouble(of -> (of.measured ? of.cpuMicros : typical) / of.lengthMicros)
        .sum();
  }

  private double typicalMicros() {
    return placed.values().stream()
        .filter(of -> of.measured)
        .mapToDouble(of -> of.cpuMicros)
        .average()
        .orElse(settings.expectedCpu().toNanos() / 1000.0);
  }

  private Optional<String> reason(Duration interval) {
    double demand = demand();
    double more = typicalMicros() / (interval.toNanos() / 1000.0);
    double most = settings.cpuShare() * settings.cpus();
    Duration late = overdue.get();
    long free = freeBytes.getAsLong();
    if (demand + more > most) {
      return refused(
          "%d mirrors need %.2f CPUs, this one may need %.2f, and all together may have %.2f;"
              + " use more CPUs or servers, or raise mirrors.cpu-share",
          placed.size(), demand, more, most);
    } else if (late.compareTo(settings.maxLateness()) > 0) {
      return refused(
          "replays wait for %d s, more than %d s; use more CPUs or servers, or wait if the server"
              + " has just started",
          late.toSeconds(), settings.maxLateness().toSeconds());
    } else if (free < settings.minFreeBytes()) {
      return refused(
          "%d MB are left on the disk of the server's state, and %d MB have to be; make room there",
          free >> 20, settings.minFreeBytes() >> 20);
    }
    return Optional.empty();
  }

  private static Optional<String> refused(String format, Object... arguments) {
    return Optional.of("no room: " + String.format(Locale.ROOT, format, arguments));
  }
}
