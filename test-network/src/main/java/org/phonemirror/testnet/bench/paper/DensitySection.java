package org.phonemirror.testnet.bench.paper;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.phonemirror.testnet.bench.density.Plot;

/** Figure 6, from what the density benchmark has measured. */
final class DensitySection {
  /** §5.3: at least 20 and more than 30 mirrors, on eight cores of 1.6 GHz. */
  private static final double PAPER_HEAVY = 20 / 8.0;

  private static final double PAPER_LIGHT = 30 / 8.0;

  private DensitySection() {}

  /** Writes the chart, and tells the rest. */
  static Section of(Measured measured, Path charts) throws IOException {
    JsonNode json = measured.json();
    double light = json.required("mirrors_per_core_light").asDouble();
    double heavy = json.required("mirrors_per_core_heavy").asDouble();
    double taps = json.required("mirrors_per_core_at_90_events").asDouble();
    double computed = json.path("mirrors_per_core_at_90_events_computed").asDouble(taps);
    Plot.write(light, heavy, computed, charts.resolve("fig6.png"));
    Map<String, String> values = new LinkedHashMap<>();
    values.put("date", measured.date());
    values.put("table", table(light, heavy, taps));
    values.put("light_ratio", Markdown.number(light / PAPER_LIGHT, 0));
    values.put("heavy_ratio", Markdown.number(heavy / PAPER_HEAVY, 0));
    values.put("computed", Markdown.number(computed, 0));
    values.put("mirrors", json.required("mirrors").asText());
    values.put("cores", json.required("cores").asText());
    values.put("minutes", Markdown.number(json.required("minutes").asDouble()));
    values.put("missed", json.required("missed_deadlines").asText());
    values.put("diverged", json.required("diverged").asText());
    values.put("pss", Markdown.number(json.required("resident_pss_mb").asDouble()));
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("fig6_mirrors_per_core", light);
    figures.put("fig6_mirrors_per_core_heavy", heavy);
    figures.put("fig6_mirrors_per_core_at_90_events", taps);
    return new Section(
        Markdown.fill("density.md", values),
        List.of(
            List.of(
                "Fig. 6: mirrors a core, light and heavy load",
                Markdown.number(PAPER_LIGHT) + " and " + Markdown.number(PAPER_HEAVY),
                Markdown.number(light, 0) + " and " + Markdown.number(heavy, 0))),
        figures);
  }

  private static String table(double light, double heavy, double taps) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("load", "paper, mirrors a core", "here"));
    rows.add(
        List.of(
            "light: a page each 5 minutes",
            Markdown.number(PAPER_LIGHT),
            Markdown.number(light, 0) + " (computed from CPU per interval)"));
    rows.add(
        List.of(
            "heavy: a page each minute",
            Markdown.number(PAPER_HEAVY),
            Markdown.number(heavy, 0) + " (computed from CPU per interval)"));
    rows.add(List.of("90 taps in 180 s", "-", Markdown.number(taps, 0) + " (carried)"));
    return Markdown.table(rows);
  }
}
