package org.phonemirror.testnet.bench.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.sync.InputEvent;

/** The benchmark's own arithmetic, without a machine. */
class DensityTest {
  private static final long MINUTE = 60_000_000_000L;

  @TempDir private Path directory;

  @Test
  void phonesAreSpreadEvenlyOverTheInterval() {
    Fleet.Shape shape = new Fleet.Shape(6, 1, 2);
    assertThat(IntStream.range(0, 6).mapToObj(shape::startNanos))
        .containsExactly(
            0L,
            MINUTE,
            2 * MINUTE,
            3 * MINUTE + MINUTE / 2,
            4 * MINUTE + MINUTE / 2,
            5 * MINUTE + MINUTE / 2);
    assertThat(shape.rampNanos()).isEqualTo(6 * MINUTE + MINUTE / 2 + 3 * MINUTE);
    assertThat(new Fleet.Shape(6, 3, 2).intervalNanos()).isEqualTo(MINUTE);
  }

  @Test
  void thereIsAnIntervalForAllOfTheTime() {
    Fleet.Shape shape = new Fleet.Shape(6, 1, 2);
    long nanos = 20 * MINUTE;
    Script script = Load.TAPS.script(shape.intervals(nanos));
    long end = script.parts().get(script.parts().size() - 1).endMicros();
    assertThat(shape.wallNanos(end)).isGreaterThanOrEqualTo(nanos);
  }

  @Test
  void intervalsFollowEachOtherAndHoldTheirTaps() {
    Script script = Load.TAPS.script(3);
    long at = 0;
    for (Script.Part part : script.parts()) {
      assertThat(part.startMicros()).isEqualTo(at);
      at = part.endMicros();
      long end = at;
      assertThat(part.events())
          .allMatch(e -> e.timeMicros() >= part.startMicros() && e.timeMicros() < end);
    }
    Script.Part first = script.parts().get(1);
    assertThat(first.events().stream().filter(event -> event.value() == 1)).hasSize(Load.TAP_COUNT);
    InputEvent event = first.events(1_000_000).get(0);
    assertThat(event.timeMicros()).isEqualTo(first.events().get(0).timeMicros() + 1_000_000);
  }

  @Test
  void thePapersLoadsBrowseAsOftenAsThePapers() {
    assertThat(pages(Load.HEAVY)).containsExactly(0, 3, 3, 3, 3, 3);
    assertThat(pages(Load.LIGHT)).containsExactly(0, 1, 1, 0, 1, 0);
  }

  private static List<Integer> pages(Load load) {
    return load.script(5).parts().stream().map(part -> part.flows().size()).toList();
  }

  @Test
  void aTapeIsAsOldAsItsPhone() {
    Script.Part part = Load.HEAVY.script(1).parts().get(1);
    long boot = 5_000_000_000L;
    assertThat(part.tape(boot).startMicros()).isEqualTo(boot + part.startMicros());
    assertThat(part.tape(boot).tcp().get(0).openedMicros())
        .isEqualTo(boot + part.flows().get(0).openedMicros());
  }

  @Test
  void percentilesAreByNearestRank() {
    Durations durations = new Durations();
    assertThat(durations.millis(95)).isZero();
    for (int i = 1; i <= 20; i++) {
      durations.add(i * 1_000_000L);
    }
    assertThat(durations.millis(50)).isEqualTo(10);
    assertThat(durations.millis(95)).isEqualTo(19);
    assertThat(durations.millis(99)).isEqualTo(20);
  }

  private static Carried carried(int mirrors, double cpuSeconds, long intervals, long missed) {
    return new Carried(
        mirrors,
        2,
        180,
        intervals,
        new HostUsage(cpuSeconds / 4, cpuSeconds * 3 / 4),
        missed,
        0,
        new Durations(),
        34,
        mirrors);
  }

  @Test
  void whatACoreCarriesIsWhatItDidCarry() {
    Carried inStep = carried(400, 80, 400, 0);
    assertThat(inStep.perInterval()).isEqualTo(0.2);
    assertThat(inStep.computedPerCore()).isCloseTo(900, within(1e-6));
    assertThat(inStep.carriedPerCore()).isEqualTo(200);
    assertThat(inStep.busyPercent()).isCloseTo(22.2, within(0.1));
    assertThat(inStep.percentAt(400)).isCloseTo(22.2, within(0.1));

    Carried late = carried(400, 360, 100, 17);
    assertThat(late.carriedPerCore()).isCloseTo(50, within(1e-6));
  }

  @Test
  void theResultHasAllFiguresAndAPlot() throws Exception {
    Durations cloned = new Durations();
    cloned.add(120_000_000);
    Durations sessions = new Durations();
    sessions.add(900_000_000);
    Lifecycle quiet = new Lifecycle(300, cloned, sessions, new Durations(), new Durations(), 700);
    List<Carried> fleets = List.of(carried(5, 1, 10, 0), carried(20, 4, 40, 0));
    Result result =
        new Result(carried(400, 80, 400, 0), fleets, fleets, quiet, 15, new MachineTimes());
    ObjectNode json = result.json();
    assertThat(json.fieldNames())
        .toIterable()
        .contains(
            "mirrors",
            "cores",
            "minutes",
            "mirrors_per_core_at_90_events",
            "mirrors_per_core_light",
            "mirrors_per_core_heavy",
            "cpu_s_per_interval",
            "resident_pss_mb",
            "saved_kb",
            "restore_ms_p95",
            "clone_ms_p95",
            "missed_deadlines",
            "diverged",
            "paper_mirrors_per_core");
    assertThat(json.path("first_clone_ms").asDouble()).isEqualTo(300);
    assertThat(json.path("clone_ms_p95").asDouble()).isEqualTo(120);
    assertThat(json.path("session_ms_p95").asDouble()).isEqualTo(900);
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    result.print(new PrintStream(table, true, StandardCharsets.UTF_8));
    assertThat(table.toString(StandardCharsets.UTF_8))
        .containsPattern("taps +400 +0.200 +0.050 +22.2 +900 +0 +0");
    Path plot = directory.resolve("density.png");
    Plot.write(result, plot);
    BufferedImage image = ImageIO.read(plot.toFile());
    assertThat(image.getWidth()).isEqualTo(900);
  }
}
