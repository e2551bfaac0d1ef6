package org.phonemirror.testnet.bench.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.client.channel.Link;
import org.phonemirror.testnet.bench.LinkFigures;
import org.phonemirror.testnet.bench.LinkFigures.Timed;
import org.phonemirror.testnet.bench.LinkShape;
import org.phonemirror.testnet.bench.paper.energy.Burst;
import org.phonemirror.testnet.bench.paper.energy.Umts;

/** What becomes of measurements; those here are made up. */
class PaperTest {
  private static final Duration MINUTES = Duration.ofMinutes(10);

  @TempDir private Path directory;

  @Test
  void eventsKeepTheirRateOverIntervals() {
    Typed seldom = new Typed(0.2, Duration.ofSeconds(12));
    assertThat(List.of(seldom.events(0), seldom.events(1), seldom.events(2), seldom.events(3)))
        .containsExactly(2, 2, 3, 2);
    assertThat(seldom.events(MINUTES)).isEqualTo(120);
    assertThat(new Typed(2, Duration.ofSeconds(60)).batches(MINUTES)).isEqualTo(10);
  }

  @Test
  void thePapersProtocolSendsADatagramForEachEventAtTheIntervalsEnd() {
    List<Burst> bursts = new Typed(0.5, Duration.ofSeconds(10)).paperBursts(MINUTES);
    assertThat(bursts).hasSize(60);
    assertThat(bursts.get(0)).isEqualTo(new Burst(10, List.of(60, 60, 60, 60, 60), List.of()));
    assertThat(bursts.get(59).atSeconds()).isEqualTo(600);
    // no event, no datagram
    assertThat(new Typed(0.05, Duration.ofSeconds(10)).paperBursts(MINUTES)).hasSize(30);
  }

  @Test
  void ourProtocolsDatagramsAreThoseOfTheRealChannel() throws Exception {
    Typed typed = new Typed(0.5, Duration.ofSeconds(60));
    Duration total = Duration.ofMinutes(3);
    SyncRecorder.Recorded usual = SyncRecorder.record(typed, total, Link.OTHER);
    SyncRecorder.Recorded small = SyncRecorder.record(typed, total, Link.UMTS);
    assertThat(batches(usual)).extracting(Burst::atSeconds).contains(60.0, 120.0, 180.0);
    assertThat(usual.bursts().get(0).atSeconds()).isZero(); // the handshake
    assertThat(small.batchBytes()).isGreaterThan(usual.batchBytes());
    Umts.Constants network = Umts.DEV_PHONE_ON_T_MOBILE;
    assertThat(batches(usual)).anyMatch(b -> Burst.sum(b.up()) > network.upThreshold());
    // each stays on the shared channel; if this machine is slow, a datagram may come twice
    assertThat(batches(small))
        .hasSizeGreaterThan(batches(usual).size())
        .allMatch(b -> b.up().stream().allMatch(length -> length <= network.upThreshold()))
        .allMatch(b -> b.down().stream().allMatch(length -> length <= network.downThreshold()));

    Energy.Case found = Energy.of(typed, small, usual, total);
    assertThat(found.paperBytes()).isEqualTo(30 * 60);
    assertThat(found.ours().batchBytes()).isLessThan(found.paperBytes() / 2);
    Energy.Costs lte = found.costs().get(Energy.RADIOS.size() - 1);
    assertThat(lte.ours()).isEqualTo(lte.usual()); // of which small blocks are none
  }

  private static List<Burst> batches(SyncRecorder.Recorded recorded) {
    return recorded.bursts().stream().filter(burst -> burst.atSeconds() > 0).toList();
  }

  /** Each batch is one datagram of so many bytes, and a short answer. */
  private static Energy made(int bytes) {
    List<Energy.Case> cases = new ArrayList<>();
    for (double rate : Energy.RATES) {
      for (int seconds : Energy.INTERVALS) {
        Typed typed = new Typed(rate, Duration.ofSeconds(seconds));
        List<Burst> bursts = new ArrayList<>();
        for (int i = 0; i < typed.batches(Energy.TOTAL); i++) {
          bursts.add(new Burst(typed.sentAt(i), List.of(bytes), List.of(70)));
        }
        SyncRecorder.Recorded made = new SyncRecorder.Recorded(bursts, bytes + 70, 2);
        cases.add(Energy.of(typed, made, made, Energy.TOTAL));
      }
    }
    return new Energy(cases);
  }

  @Test
  void theFitIsThatOfThePapersProtocolAndNotOfOurs() {
    Energy small = made(100);
    Energy large = made(1000);
    assertThat(small.errorPercent(0)).isEqualTo(large.errorPercent(0));
    double model = small.at(2, 180).main().paper().percent();
    assertThat(small.error(Energy.PAPER.get(0), 0)).isCloseTo(model / 4 - 1, within(1e-9));
    assertThat(Energy.PAPER.get(1).percent()).isCloseTo(9.72, within(1e-9));
    assertThat(small.figure8().main().ratio()).isLessThan(0.5);
    assertThat(large.figure8().main().ratio()).isGreaterThan(0.9);
  }

  @Test
  void theSectionOfEnergyHasItsChartsAndKeys() throws IOException {
    Section section = EnergySection.of(made(300), directory);
    assertThat(section.figures())
        .containsKeys(
            "fig5_model_error_pct",
            "energy_ratio_vs_paper_protocol",
            "energy_ratio_in_usual_blocks");
    assertThat(section.text()).contains("**is not met**").doesNotContain("${");
    assertThat(EnergySection.of(made(100), directory).text()).contains("is met");
    assertThat(directory.resolve("fig5.png")).isNotEmptyFile();
    assertThat(directory.resolve("fig7-8.png")).isNotEmptyFile();
  }

  @Test
  void transfersAreInTheTableAndWhatWasComputedIsInBrackets() throws IOException {
    List<Timed> times =
        List.of(new Timed(5_000_000, 267, false), new Timed(20_000_000, 1068, true));
    List<Timed> orders =
        List.of(new Timed(5_000_000, 0.5, false), new Timed(20_000_000, 0.5, false));
    LinkFigures edge =
        new LinkFigures(
            new LinkShape("EDGE", 150, 180, 300),
            false,
            148.6,
            178.2,
            times,
            orders,
            orders,
            times,
            orders,
            times);
    Section section = LinkSection.of(List.of(edge), 300, directory);
    assertThat(section.text())
        .contains("| EDGE | 20.0 MB | (1,068 s) | 0.50 s |")
        .contains("| EDGE | 140-160 | 170-190 | 150 | 180 | of the queue | 149 | 178 |")
        .doesNotContain("${");
    assertThat(section.summary().get(1)).contains("several minutes");
    assertThat(directory.resolve("fig4-edge.png")).isNotEmptyFile();
  }

  @Test
  void whatOtherBenchmarksMeasuredIsTaken() throws IOException {
    Path antivirus =
        Files.writeString(
            directory.resolve("antivirus.json"),
            """
            {"mb": [10, 200], "first_s": [1.5, 20], "again_s": [0.1, 0.2],
             "second_mirror_s": [0.1, 0.3], "clamd_only_s": [1.4, 19], "scanned": "made up",
             "paper_phone_s": [120, 2340], "paper_pc_s": [12, 110]}
            """);
    Section scans = PaperBench.antivirus(antivirus, directory);
    assertThat(scans.figures()).containsEntry("table2_speedup", 117.0);
    assertThat(scans.text()).contains("made up").contains("117 times as quickly");

    Path density =
        Files.writeString(
            directory.resolve("density.json"),
            """
            {"mirrors": 8, "cores": 2, "minutes": 1, "mirrors_per_core_at_90_events": 4,
             "mirrors_per_core_at_90_events_computed": 600, "mirrors_per_core_light": 750,
             "mirrors_per_core_heavy": 250, "missed_deadlines": 0, "diverged": 0,
             "resident_pss_mb": 34}
            """);
    Section mirrors = PaperBench.density(density, directory);
    assertThat(mirrors.figures()).containsEntry("fig6_mirrors_per_core", 750.0);
    assertThat(mirrors.text()).contains("200 times the paper's figure under light load");

    String document =
        PaperBench.document(List.of(scans, mirrors), LocalDate.of(2026, 1, 2), "a machine");
    assertThat(document)
        .contains("2026-01-02")
        .contains("| Fig. 6: mirrors a core, light and heavy load | 3.75 and 2.50 | 750 and 250 |")
        .contains("](evaluation/fig6.png)")
        .contains("](evaluation/fig9.png)")
        .doesNotContain("${");
  }

  @Test
  void whatWasNotMeasuredIsSaid() throws IOException {
    Section section = PaperBench.density(directory.resolve("none.json"), directory);
    assertThat(section.text()).contains("Left out").contains("./mirror bench density");
    assertThat(section.figures()).isEmpty();
    Path empty = Files.writeString(directory.resolve("empty.json"), "[]");
    assertThatThrownBy(() -> PaperBench.antivirus(empty, directory))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("empty.json");
  }

  @Test
  void aPlaceWithoutAValueIsAnErrorAndAValueWithoutAPlaceToo() {
    assertThat(Markdown.fillText("t", "a ${b} c", Map.of("b", "$1\\"))).isEqualTo("a $1\\ c");
    assertThatThrownBy(() -> Markdown.fillText("t", "${b}", Map.of())).hasMessageContaining("${b}");
    assertThatThrownBy(() -> Markdown.fillText("t", "", Map.of("b", "1")))
        .hasMessageContaining("[b]");
  }

  @Test
  void numbersAreAsLongAsTheyTell() {
    assertThat(
            List.of(
                Markdown.number(1234.5),
                Markdown.number(12.34),
                Markdown.number(0.456),
                Markdown.number(0.0123),
                Markdown.number(0)))
        .containsExactly("1,235", "12.3", "0.46", "0.0123", "0.00");
  }
}
