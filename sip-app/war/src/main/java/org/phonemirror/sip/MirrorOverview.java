package org.phonemirror.sip;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.phonemirror.core.machine.DiskUse;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.mirror.MirrorStatus;
import org.phonemirror.core.mirror.Mirrors;
import org.phonemirror.core.vitals.MirrorVitals;
import org.phonemirror.core.vitals.PlacementMeters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts together what is known of mirrors, for those who watch over them. */
final class MirrorOverview {
  private static final Logger LOG = LoggerFactory.getLogger(MirrorOverview.class);

  /** To look costs a process and a walk over all directories. */
  private static final Duration KEEP_DISK = Duration.ofSeconds(30);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Clock clock;
  private final MirrorVitals vitals;
  private Instant diskAsOf = Instant.EPOCH;
  private Map<String, DiskUse> disk = Map.of();

  MirrorOverview(Clock clock) {
    this.clock = clock;
    this.vitals = new MirrorVitals(registry, clock);
  }

  /** Watches mirrors. */
  MirrorVitals vitals() {
    return vitals;
  }

  /** Shows how the mirrors' work is placed. */
  void watch(Mirrors mirrors) {
    PlacementMeters.register(registry, mirrors::placement);
  }

  String scrape() {
    return registry.scrape();
  }

  /** Of all mirrors, or of those that somebody looks for. */
  CompletionStage<List<MirrorReport>> reports(
      Supplier<CompletionStage<List<MirrorStatus>>> mirrors,
      MachineDriver driver,
      SubscriberSearch search,
      Optional<String> whose) {
    CompletionStage<Predicate<String>> wanted =
        whose.isPresent()
            ? search.matching(whose.get())
            : CompletableFuture.completedFuture(identity -> true);
    return mirrors
        .get()
        .thenCombineAsync(
            wanted,
            (all, matching) -> {
              Instant now = clock.instant();
              List<MirrorStatus> some =
                  all.stream().filter(mirror -> matching.test(mirror.subscriber())).toList();
              Map<String, DiskUse> use = disk(all, driver, now);
              return some.stream().map(mirror -> report(mirror, use, now)).toList();
            });
  }

  private MirrorReport report(MirrorStatus mirror, Map<String, DiskUse> use, Instant now) {
    String name = mirror.subscriber();
    return MirrorReport.of(mirror, vitals.of(name), use.getOrDefault(name, DiskUse.NONE), now);
  }

  private synchronized Map<String, DiskUse> disk(
      List<MirrorStatus> all, MachineDriver driver, Instant now) {
    if (diskAsOf.plus(KEEP_DISK).isBefore(now)) {
      try {
        disk = driver.diskUse(all.stream().map(MirrorStatus::subscriber).toList());
        diskAsOf = now;
      } catch (MachineException e) {
        LOG.warn("{}; shown is what was seen before", e.getMessage());
      }
    }
    return disk;
  }
}
