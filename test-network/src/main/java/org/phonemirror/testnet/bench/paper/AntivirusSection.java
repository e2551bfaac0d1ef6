package org.phonemirror.testnet.bench.paper;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.phonemirror.testnet.bench.chart.Axis;
import org.phonemirror.testnet.bench.chart.Chart;
import org.phonemirror.testnet.bench.chart.Series;

/** Table 2 and figure 9, from what the antivirus benchmark has measured. */
final class AntivirusSection {
  private AntivirusSection() {}

  /** Writes the chart, and tells the rest. */
  static Section of(Measured measured, Path charts) throws IOException {
    JsonNode json = measured.json();
    int last = json.required("mb").size() - 1;
    double phone = value(json, "paper_phone_s", last);
    double first = value(json, "first_s", last);
    double speedup = phone / first;
    chart(json).write(charts.resolve("fig9.png"));
    Map<String, String> values = new LinkedHashMap<>();
    values.put("date", measured.date());
    values.put("table", table(json));
    values.put("speedup", Markdown.number(speedup, 0));
    values.put("pc_speedup", Markdown.number(value(json, "paper_pc_s", last) / first, 1));
    values.put("mb", json.get("mb").get(last).asText());
    values.put("scanned", json.path("scanned").asText("not told"));
    String what = "Table 2, Fig. 9: scan of " + json.get("mb").get(last).asText() + " MB";
    return new Section(
        Markdown.fill("antivirus.md", values),
        List.of(
            List.of(
                what,
                Markdown.number(phone, 0) + " s on the phone",
                Markdown.number(first)
                    + " s on the mirror, again "
                    + Markdown.number(value(json, "again_s", last))
                    + " s")),
        Map.of("table2_speedup", speedup));
  }

  private static double value(JsonNode json, String key, int index) {
    return json.required(key).required(index).asDouble();
  }

  private static String table(JsonNode json) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "folder",
            "paper, on the phone",
            "paper, on a PC",
            "mirror, first",
            "again",
            "on a second mirror",
            "clamd alone",
            "times quicker than the phone"));
    for (int i = 0; i < json.required("mb").size(); i++) {
      rows.add(
          List.of(
              json.get("mb").get(i).asText() + " MB",
              Markdown.number(value(json, "paper_phone_s", i), 0) + " s",
              Markdown.number(value(json, "paper_pc_s", i), 0) + " s",
              Markdown.number(value(json, "first_s", i)) + " s",
              Markdown.number(value(json, "again_s", i)) + " s",
              Markdown.number(value(json, "second_mirror_s", i)) + " s",
              Markdown.number(value(json, "clamd_only_s", i)) + " s",
              Markdown.number(value(json, "paper_phone_s", i) / value(json, "first_s", i), 0)));
    }
    return Markdown.table(rows);
  }

  private static Chart chart(JsonNode json) {
    return new Chart(
            "Fig. 9: time of a scan",
            Axis.linear("folder [MB]", 0, 220),
            Axis.logarithmic("time [s]", 0.01, 10_000))
        .add(series(json, "paper, on the phone", "paper_phone_s", 5, Series.Kind.DASHES))
        .add(series(json, "paper, on a PC", "paper_pc_s", 4, Series.Kind.DASHES))
        .add(series(json, "clamd alone", "clamd_only_s", 1, Series.Kind.MARKED_LINE))
        .add(series(json, "mirror, first", "first_s", 0, Series.Kind.MARKED_LINE))
        .add(series(json, "mirror, again", "again_s", 2, Series.Kind.MARKED_LINE))
        .add(series(json, "second mirror", "second_mirror_s", 3, Series.Kind.MARKED_LINE));
  }

  private static Series series(
      JsonNode json, String name, String key, int colour, Series.Kind kind) {
    double[] values = new double[2 * json.required("mb").size()];
    for (int i = 0; i < values.length / 2; i++) {
      values[2 * i] = value(json, "mb", i);
      values[2 * i + 1] = value(json, key, i);
    }
    return Series.of(name, Series.COLOURS.get(colour), kind, values);
  }
}
