package org.phonemirror.core.vitals;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.Supplier;
import org.phonemirror.core.tape.Mark;
import org.phonemirror.core.traffic.TrafficStats;

/** What the copy of the traffic holds, as meters: where mirrors can't follow by replay alone. */
public final class TrafficMeters {
  private TrafficMeters() {}

  /**
   * Registers them.
   *
   * @param registry gets the meters, named {@code phonemirror.traffic.*}
   * @param stats asked for each meter at each look
   */
  public static void register(MeterRegistry registry, Supplier<TrafficStats> stats) {
    FunctionCounter.builder("phonemirror.traffic.packets", stats, now -> now.get().packets())
        .description("Datagrams of the copy.")
        .register(registry);
    FunctionCounter.builder("phonemirror.traffic.holes", stats, now -> now.get().holes())
        .description("Ranges of bytes that the copy lost.")
        .register(registry);
    for (Mark mark : Mark.values()) {
      FunctionCounter.builder("phonemirror.traffic.marked", stats, now -> now.get().marked(mark))
          .description("Flows that can't be replayed.")
          .tag("mark", mark.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }
}
