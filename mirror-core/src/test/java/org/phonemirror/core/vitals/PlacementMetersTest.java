package org.phonemirror.core.vitals;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.placement.PlacementFigures;
import org.phonemirror.core.placement.PlacementFigures.Percentiles;

class PlacementMetersTest {
  @Test
  void metersShowPlacementAsItIsNow() {
    AtomicReference<PlacementFigures> now = new AtomicReference<>(figures(3, 41));
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    PlacementMeters.register(registry, now::get);
    assertThat(registry.get("phonemirror.queue.depth").gauge().value()).isEqualTo(3);
    assertThat(registry.get("phonemirror.queue.overdue").gauge().value()).isEqualTo(1.5);
    assertThat(registry.get("phonemirror.replay.begun.p95").gauge().value()).isEqualTo(0.2);
    assertThat(registry.get("phonemirror.replay.ended.p95").gauge().value()).isEqualTo(0.7);
    assertThat(registry.get("phonemirror.mirrors.placed").gauge().value()).isEqualTo(8);
    assertThat(registry.get("phonemirror.mirrors.refused").gauge().value()).isEqualTo(2);
    assertThat(registry.get("phonemirror.cpu.demand").gauge().value()).isEqualTo(1.25);
    now.set(figures(0, 42));
    assertThat(registry.get("phonemirror.queue.depth").gauge().value()).isZero();
    assertThat(registry.get("phonemirror.hibernations").functionCounter().count()).isEqualTo(42);
  }

  private static PlacementFigures figures(int depth, long hibernations) {
    return new PlacementFigures(
        depth,
        Duration.ofMillis(1500),
        100,
        percentiles(200),
        percentiles(700),
        8,
        2,
        1.25,
        5,
        500_000_000,
        hibernations);
  }

  private static Percentiles percentiles(long p95) {
    Duration half = Duration.ofMillis(p95 / 2);
    return new Percentiles(half, Duration.ofMillis(p95), Duration.ofMillis(p95), half);
  }
}
