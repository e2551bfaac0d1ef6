package org.phonemirror.core.vitals;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.tape.Mark;
import org.phonemirror.core.traffic.TrafficStats;

class TrafficMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private static TrafficStats stats(long packets, Map<Mark, Long> marked, long holes) {
    return new TrafficStats(packets, 0, Map.of(), 0, 0, marked, holes, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  private double marked(String mark) {
    return registry.get("phonemirror.traffic.marked").tag("mark", mark).functionCounter().count();
  }

  @Test
  void metersShowWhatCannotBeReplayedByItsMark() {
    AtomicReference<TrafficStats> now =
        new AtomicReference<>(stats(10, Map.of(Mark.INBOUND, 2L), 0));
    TrafficMeters.register(registry, now::get);
    assertThat(marked("inbound")).isEqualTo(2);
    assertThat(marked("tls")).isZero();
    now.set(stats(12, Map.of(Mark.INBOUND, 2L, Mark.TLS, 5L), 1));
    assertThat(marked("tls")).isEqualTo(5);
    assertThat(registry.get("phonemirror.traffic.packets").functionCounter().count()).isEqualTo(12);
    assertThat(registry.get("phonemirror.traffic.holes").functionCounter().count()).isEqualTo(1);
  }
}
