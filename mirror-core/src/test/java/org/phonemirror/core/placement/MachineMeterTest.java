package org.phonemirror.core.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.FakeMachineDriver;
import org.phonemirror.core.machine.FakeMachineDriver.Operation;
import org.phonemirror.core.machine.Gate;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.MachineUsage;
import org.phonemirror.core.tape.Tape;

class MachineMeterTest {
  private static final String MIRROR = "sip:+15550001@ims.test";

  @TempDir Path directory;
  private FakeMachineDriver driver;
  private Placement placement;
  private Machine machine;
  private MachineMeter meter;

  @BeforeEach
  void start() throws Exception {
    driver = new FakeMachineDriver(directory, "reference");
    placement =
        new Placement(
            PlacementSettings.defaults().withCpuPerInterval(Duration.ofMillis(100)),
            directory,
            new StandingClock());
    Place place = placement.place(() -> {});
    place.keep(Duration.ofSeconds(1));
    machine = driver.start(driver.create(MIRROR, "reference"), 1);
    meter = place.meter(machine);
  }

  @AfterEach
  void stop() {
    placement.close();
  }

  private void uses(long cpuMillis) {
    driver.setUsage(MIRROR, new MachineUsage(cpuMillis * 1000, 7));
  }

  private boolean boot() throws MachineException {
    machine.powerOn(0);
    return true;
  }

  @Test
  void whatItUsesWithinTheLimitIsMeasured() throws Exception {
    uses(90);
    assertThat(meter.run(this::boot)).isTrue();
    assertThat(meter.last()).isEqualTo(new MachineUsage(90_000, 7));
    meter.beginInterval();
    uses(180);
    assertThat(meter.run(this::boot)).as("another interval").isTrue();
  }

  @Test
  void theCallsOfOneIntervalCountTogether() throws Exception {
    uses(60);
    meter.run(this::boot);
    uses(120);
    assertThatThrownBy(() -> meter.run(this::boot))
        .isInstanceOf(CpuLimitException.class)
        .hasMessageContaining("used 0.1 s of CPU in one interval")
        .hasMessageContaining("mirrors.cpu-seconds-per-interval");
  }

  @Test
  void aNewProcessBeginsAnew() throws Exception {
    uses(60);
    meter.run(this::boot);
    meter.beginInterval();
    uses(30);
    meter.run(this::boot);
    uses(90);
    meter.run(this::boot);
  }

  @Test
  void oneThatDoesNotEndIsEndedInMidCall() throws Exception {
    uses(0);
    meter.run(this::boot);
    Gate spinning = driver.holdNext(Operation.REPLAY);
    Thread seen =
        new Thread(
            () -> {
              try {
                spinning.awaitReached();
                uses(5000);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    seen.start();
    assertThatThrownBy(() -> meter.run(() -> machine.replay(0, 1, List.of(), Tape.silent(0, 1))))
        .isInstanceOf(CpuLimitException.class)
        .hasMessageContaining("used 5.0 s");
    seen.join();
    assertThatThrownBy(() -> machine.usage()).isInstanceOf(MachineException.class);
  }

  @Test
  void oneThatFailsOfItselfIsNotBlamed() throws Exception {
    driver.failNext(Operation.POWER_ON, "guest was killed");
    assertThatThrownBy(() -> meter.run(this::boot))
        .isInstanceOf(MachineException.class)
        .hasMessage("guest was killed");
  }
}
