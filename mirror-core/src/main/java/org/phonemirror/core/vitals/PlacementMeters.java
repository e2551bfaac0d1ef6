package org.phonemirror.core.vitals;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.phonemirror.core.placement.PlacementFigures;

/** How a server's work is placed, as meters: what an operator sees grow before mirrors are late. */
public final class PlacementMeters {
  private final MeterRegistry registry;
  private final Supplier<PlacementFigures> figures;

  private PlacementMeters(MeterRegistry registry, Supplier<PlacementFigures> figures) {
    this.registry = registry;
    this.figures = figures;
  }

  /**
   * Registers them.
   *
   * @param registry gets the meters, named {@code phonemirror.*}
   * @param figures asked for each meter at each look
   */
  public static void register(MeterRegistry registry, Supplier<PlacementFigures> figures) {
    new PlacementMeters(registry, figures).register();
  }

  private void register() {
    gauge("queue.depth", "Work of mirrors that waits to begin.", PlacementFigures::depth);
    seconds(
        "queue.overdue",
        "How long the next to begin has waited beyond its deadline.",
        PlacementFigures::overdue);
    seconds(
        "replay.begun.p95",
        "From when a replay was due until it began, of the newest replays.",
        now -> now.begun().p95());
    seconds(
        "replay.ended.p95",
        "From when a replay was due until it was compared, of the newest replays.",
        now -> now.ended().p95());
    gauge("mirrors.placed", "Mirrors that have a place.", PlacementFigures::placed);
    gauge("mirrors.refused", "Mirrors that wait for a place.", PlacementFigures::refused);
    gauge("cpu.demand", "CPUs that the placed mirrors need.", PlacementFigures::demandCpus);
    FunctionCounter.builder("phonemirror.hibernations", figures, now -> now.get().hibernations())
        .description("Machines that were saved and ended to make room.")
        .register(registry);
  }

  private void gauge(String name, String help, ToDoubleFunction<PlacementFigures> value) {
    Gauge.builder("phonemirror." + name, () -> value.applyAsDouble(figures.get()))
        .description(help)
        .register(registry);
  }

  private interface Time {
    Duration of(PlacementFigures now);
  }

  private void seconds(String name, String help, Time time) {
    Gauge.builder("phonemirror." + name, () -> time.of(figures.get()).toNanos() / 1e9)
        .description(help)
        .baseUnit("seconds")
        .register(registry);
  }
}
