package org.phonemirror.core.vitals;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.repair.Cause;
import org.phonemirror.core.service.MirrorService;
import org.phonemirror.core.service.MirrorView;
import org.phonemirror.core.service.ReplayedInterval;
import org.phonemirror.core.service.SettledStorage;
import org.phonemirror.core.subscriber.Impu;

/**
 * Watches mirrors at their ports: what their machines are told, by {@link #watching}, and how their
 * intervals ended, by {@link #service}. Sums and distributions over all mirrors go to a registry of
 * meters, whose number does not grow with that of mirrors; each mirror's own are asked for by name.
 */
public final class MirrorVitals {
  private static final Duration[] LAGS = seconds(0.2, 0.5, 1, 2, 5, 10, 30, 60, 180, 600);
  private static final Duration[] CPU = seconds(0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 20);
  private static final Duration[] CALLS = seconds(0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30);

  /** A call of a machine that may take its time. */
  enum Step {
    /** A new mirror's first checkpoint is made. */
    CREATE,
    /** A machine is started from a checkpoint with the phone switched off. */
    START,
    /** A machine is started from a checkpoint with the phone's session in it. */
    RESTORE,
    /** A phone boots. */
    POWER_ON,
    REPLAY,
    READ_STORAGE,
    SAVE
  }

  private final Clock clock;
  private final Map<String, Vitals> mirrors = new ConcurrentHashMap<>();
  private final Map<String, WatchedMachine> current = new ConcurrentHashMap<>();
  private final Map<Step, Timer> calls = new EnumMap<>(Step.class);
  private final AtomicLong cpuMicros = new AtomicLong();
  private final Timer lag;
  private final Timer intervalCpu;

  /**
   * Begins with none.
   *
   * @param registry gets the meters, named {@code phonemirror.*}
   */
  public MirrorVitals(MeterRegistry registry, Clock clock) {
    this.clock = clock;
    for (Step step : Step.values()) {
      calls.put(
          step,
          Timer.builder("phonemirror.machine.calls")
              .description("Calls of mirrors' machines, by time on the wall.")
              .tag("call", step.name().toLowerCase(Locale.ROOT))
              .serviceLevelObjectives(CALLS)
              .register(registry));
    }
    this.lag =
        Timer.builder("phonemirror.lag")
            .description(
                "From an interval's end to a mirror that has been compared with its phone.")
            .serviceLevelObjectives(LAGS)
            .register(registry);
    this.intervalCpu =
        Timer.builder("phonemirror.interval.cpu")
            .description("CPU of a machine for an interval, with its start if it had to be.")
            .serviceLevelObjectives(CPU)
            .register(registry);
    FunctionCounter.builder("phonemirror.machine.cpu", cpuMicros, micros -> micros.get() / 1e6)
        .description("CPU of all machines.")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder("phonemirror.machines.resident", this, v -> v.sum(Vitals::resident))
        .description("Mirrors that have a machine now.")
        .register(registry);
    Gauge.builder("phonemirror.machines.memory", this, MirrorVitals::residentBytes)
        .description("Memory of machines (PSS), each as of its last work.")
        .baseUnit("bytes")
        .register(registry);
  }

  private static Duration[] seconds(double... values) {
    Duration[] durations = new Duration[values.length];
    for (int i = 0; i < values.length; i++) {
      durations[i] = Duration.ofNanos((long) (values[i] * 1e9));
    }
    return durations;
  }

  /** The same driver, watched. */
  public MachineDriver watching(MachineDriver driver) {
    return new WatchedDriver(driver, this);
  }

  /** To be among the services of the mirrors. It takes no orders. */
  public MirrorService service() {
    return new MirrorService() {
      @Override
      public String name() {
        return "vitals";
      }

      @Override
      public void settled(MirrorView mirror, ReplayedInterval interval, SettledStorage storage) {
        MirrorVitals.this.settled(mirror.subscriber(), interval, storage);
      }

      @Override
      public void removed(Impu subscriber) {
        forget(subscriber.uri());
      }
    };
  }

  /** How a mirror has done. */
  public Vitals of(String mirror) {
    return mirrors.getOrDefault(mirror, Vitals.NONE);
  }

  void started(String mirror, WatchedMachine machine) {
    current.put(mirror, machine);
    change(mirror, Vitals::started);
  }

  /** Of the machines that a mirror had, the newest counts. */
  void ended(String mirror, WatchedMachine machine) {
    if (current.remove(mirror, machine)) {
      change(mirror, Vitals::ended);
    }
  }

  private void change(String mirror, UnaryOperator<Vitals> change) {
    mirrors.compute(mirror, (name, old) -> change.apply(old == null ? Vitals.NONE : old));
  }

  void forget(String mirror) {
    current.remove(mirror);
    mirrors.remove(mirror);
  }

  void called(Step step, long nanos) {
    calls.get(step).record(Duration.ofNanos(nanos));
  }

  void used(String mirror, long moreCpuMicros, long memory) {
    cpuMicros.addAndGet(moreCpuMicros);
    change(mirror, vitals -> vitals.worked(moreCpuMicros, memory));
  }

  void replayed(String mirror, long endMicros, long lengthMicros, long cpu) {
    intervalCpu.record(Duration.of(cpu, ChronoUnit.MICROS));
    Instant end = Instant.EPOCH.plus(endMicros, ChronoUnit.MICROS);
    Duration length = Duration.of(lengthMicros, ChronoUnit.MICROS);
    change(mirror, vitals -> vitals.replayed(end, length, clock.instant(), cpu));
  }

  /** A phone's clock may be ahead of the server's: there is no lag below 0. */
  private void settled(Impu subscriber, ReplayedInterval interval, SettledStorage storage) {
    Instant now = clock.instant();
    Instant end = Instant.EPOCH.plus(interval.endMicros(), ChronoUnit.MICROS);
    Duration behind = Duration.between(end, now);
    lag.record(behind.isNegative() ? Duration.ZERO : behind);
    if (storage.diverged().isPresent()) {
      Cause cause = storage.diverged().get();
      change(subscriber.uri(), vitals -> vitals.diverged(new Vitals.Divergence(now, cause)));
    }
  }

  private interface Property {
    boolean of(Vitals vitals);
  }

  private double sum(Property property) {
    return mirrors.values().stream().filter(property::of).count();
  }

  private double residentBytes() {
    return mirrors.values().stream().mapToLong(Vitals::residentBytes).sum();
  }
}
