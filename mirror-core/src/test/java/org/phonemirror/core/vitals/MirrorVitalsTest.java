package org.phonemirror.core.vitals;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.FakeMachineDriver;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.MachineDriverContract;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.MachineUsage;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.machine.Typing;
import org.phonemirror.core.repair.Cause;
import org.phonemirror.core.service.MirrorView;
import org.phonemirror.core.service.ReplayedInterval;
import org.phonemirror.core.service.SettledStorage;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.StorageTree;

/** A driver that is watched does what every driver does, and what it does is seen. */
class MirrorVitalsTest implements MachineDriverContract {
  private static final long LENGTH = 10_000_000;
  private static final Instant END = Instant.EPOCH.plus(BOOT + LENGTH, ChronoUnit.MICROS);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Clock clock = Clock.fixed(END.plusSeconds(2), ZoneOffset.UTC);
  private final MirrorVitals vitals = new MirrorVitals(registry, clock);
  @TempDir private Path directory;
  private FakeMachineDriver fake;
  private MachineDriver driver;

  @BeforeEach
  void make() {
    fake = new FakeMachineDriver(directory, phoneModel());
    driver = vitals.watching(fake);
  }

  @Override
  public MachineDriver driver() {
    return driver;
  }

  @Override
  public MachineDriver driverAfterCrash() {
    fake.crash();
    return driver;
  }

  @Override
  public String phoneModel() {
    return "fake";
  }

  @Override
  public Typing openNotes(long startMicros) {
    return Typing.at(startMicros);
  }

  @Override
  public String typedFile() {
    return FakeMachineDriver.TYPED;
  }

  private Vitals now() {
    return vitals.of(MIRROR);
  }

  private void idle(Machine machine) throws MachineException {
    machine.replay(BOOT, LENGTH, List.of(), Tape.silent(BOOT, BOOT + LENGTH));
  }

  private Timer calls(String call) {
    return registry.get("phonemirror.machine.calls").tag("call", call).timer();
  }

  @Test
  void anIntervalCostsWhatItsMachineHasUsedSince() throws MachineException {
    assertThat(now()).isEqualTo(Vitals.NONE);
    try (Machine machine = driver.start(driver.create(MIRROR, "fake"), 1)) {
      assertThat(now().resident()).isTrue();
      fake.setUsage(MIRROR, new MachineUsage(70_000, 5));
      machine.powerOn(BOOT);
      fake.setUsage(MIRROR, new MachineUsage(100_000, 7));
      idle(machine);
      assertThat(now())
          .isEqualTo(
              new Vitals(
                  true,
                  Optional.of(END),
                  Duration.ofSeconds(10),
                  Optional.of(clock.instant()),
                  30_000,
                  100_000,
                  7,
                  Optional.empty()));
    }
    assertThat(now().resident()).isFalse();
    assertThat(now().residentBytes()).isZero();
    assertThat(calls("replay").count()).isEqualTo(1);
    assertThat(registry.get("phonemirror.interval.cpu").timer().totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(30);
    assertThat(registry.get("phonemirror.machine.cpu").functionCounter().count()).isEqualTo(0.1);
  }

  @Test
  void anIntervalOfARestoredMachineCostsItsStartToo() throws MachineException {
    try (Machine machine = driver.start(driver.create(MIRROR, "fake"), 1)) {
      machine.powerOn(BOOT);
      machine.save(1);
    }
    fake.setUsage(MIRROR, new MachineUsage(90_000, 7));
    Checkpoint saved = driver.latest(MIRROR).orElseThrow();
    try (Machine machine = driver.start(saved, 2)) {
      idle(machine);
      assertThat(now().intervalCpuMicros()).isEqualTo(90_000);
      assertThat(registry.get("phonemirror.machines.resident").gauge().value()).isEqualTo(1);
      assertThat(registry.get("phonemirror.machines.memory").gauge().value()).isEqualTo(7);
    }
    assertThat(calls("restore").count()).isEqualTo(1);
  }

  @Test
  void anOldMachineThatIsClosedLateDoesNotCount() throws MachineException {
    Checkpoint created = driver.create(MIRROR, "fake");
    Machine old = driver.start(created, 1);
    try (Machine machine = driver.start(created, 2)) {
      machine.powerOn(BOOT);
      old.close();
      assertThat(now().resident()).isTrue();
    }
  }

  @Test
  void ofARemovedMirrorNothingIsKept() throws MachineException {
    Machine machine = driver.start(driver.create(MIRROR, "fake"), 1);
    machine.powerOn(BOOT);
    driver.remove(MIRROR);
    machine.close();
    assertThat(now()).isEqualTo(Vitals.NONE);
  }

  @Test
  void lagAndDivergenceAreThoseOfTheInterval() throws MachineException {
    vitals.service().settled(new View(), interval(), settled(Optional.of(Cause.TLS)));
    vitals.service().settled(new View(), interval(), settled(Optional.empty()));
    assertThat(now().divergence()).contains(new Vitals.Divergence(clock.instant(), Cause.TLS));
    assertThat(registry.get("phonemirror.lag").timer().max(TimeUnit.SECONDS)).isEqualTo(2);
    vitals.service().removed(new Impu(MIRROR));
    assertThat(now()).isEqualTo(Vitals.NONE);
  }

  @Test
  void aMirrorIsBehindSinceTheNextIntervalsEnd() {
    assertThat(Vitals.NONE.lag(END)).isEmpty();
    Vitals replayed = Vitals.NONE.replayed(END, Duration.ofSeconds(10), END.plusSeconds(1), 0);
    assertThat(replayed.lag(END.plusSeconds(13))).contains(Duration.ofSeconds(3));
    assertThat(replayed.lag(END.plusSeconds(4))).contains(Duration.ZERO);
  }

  private static ReplayedInterval interval() {
    return new ReplayedInterval(2, BOOT, BOOT + LENGTH, List.of());
  }

  private static SettledStorage settled(Optional<Cause> diverged) {
    return new SettledStorage(StorageTree.empty(), diverged.isEmpty(), diverged);
  }

  private static final class View implements MirrorView {
    @Override
    public Impu subscriber() {
      return new Impu(MIRROR);
    }

    @Override
    public MirrorProfile profile() {
      return new MirrorProfile("fake", Duration.ofSeconds(10));
    }

    @Override
    public <T> T readStorage(Machine.StorageReader<T> reader) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<String> write(List<StorageWrite> changes) {
      throw new UnsupportedOperationException();
    }
  }
}
