package org.phonemirror.testnet.bench.density;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.vitals.MirrorVitals;

/** How long calls of machines took on the wall, by the meters that an operator has too. */
final class MachineTimes {
  private static final String METER = "phonemirror.machine.calls";

  /** Longer than any run, so that the first call counts as much as the last. */
  private static final Duration WHOLE_RUN = Duration.ofDays(1);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MirrorVitals vitals;

  /** Of one kind of call. */
  record Calls(String name, long count, double p50, double p95) {}

  MachineTimes() {
    registry.config().meterFilter(new Percentiles());
    vitals = new MirrorVitals(registry, Clock.systemUTC());
  }

  /** A driver whose calls are timed here. */
  MachineDriver watching(MachineDriver driver) {
    return vitals.watching(driver);
  }

  List<Calls> all() {
    return registry.find(METER).timers().stream().map(MachineTimes::calls).toList();
  }

  /** Milliseconds, the 95th percentile; 0 where there was none. */
  double p95(String call) {
    Timer timer = registry.find(METER).tag("call", call).timer();
    return timer == null ? 0 : calls(timer).p95();
  }

  private static Calls calls(Timer timer) {
    ValueAtPercentile[] values = timer.takeSnapshot().percentileValues();
    return new Calls(
        timer.getId().getTag("call"), timer.count(), millis(values, 0.5), millis(values, 0.95));
  }

  private static double millis(ValueAtPercentile[] values, double percentile) {
    return Arrays.stream(values)
        .filter(value -> value.percentile() == percentile)
        .mapToDouble(value -> value.value(TimeUnit.MILLISECONDS))
        .findFirst()
        .orElse(0);
  }

  private static final class Percentiles implements MeterFilter {
    @Override
    public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
      return DistributionStatisticConfig.builder()
          .percentiles(0.5, 0.95)
          .expiry(WHOLE_RUN)
          .build()
          .merge(config);
    }
  }
}
