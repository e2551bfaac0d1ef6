package org.phonemirror.testnet.bench.paper;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.phonemirror.client.channel.BlockRule;
import org.phonemirror.testnet.bench.chart.Axis;
import org.phonemirror.testnet.bench.chart.Chart;
import org.phonemirror.testnet.bench.chart.Series;
import org.phonemirror.testnet.bench.paper.energy.Phone;

/** Tables and charts of {@link Energy}. */
final class EnergySection {
  /** At t_syn_int = 60 s. */
  private static final double GOAL = 0.5;

  private static final double MINUTES = Energy.TOTAL.toMinutes();

  private EnergySection() {}

  /** Writes the charts, and tells the rest. */
  static Section of(Energy energy, Path charts) throws IOException {
    figure5(energy).write(charts.resolve("fig5.png"));
    figures7And8(energy).write(charts.resolve("fig7-8.png"));
    Map<String, String> values = new LinkedHashMap<>();
    values.put("fit", fit(energy));
    values.put("cases", cases(energy));
    values.put("radios", radios(energy));
    values.put("networks", networks(energy));
    values.put("files", files());
    values.put("error", Markdown.number(energy.errorPercent(0), 0));
    Energy.Case figure8 = energy.figure8();
    Energy.Costs main = figure8.main();
    values.put("ratio", Markdown.number(main.ratio()));
    values.put("goal", met(main.ratio()));
    values.put("usual_ratio", Markdown.number(main.usualRatio()));
    values.put("usual_goal", met(main.usualRatio()));
    values.put("batches", Integer.toString(SyncRecorder.MOST_BATCHES));
    values.put("processor", Markdown.number(100 * processorShare(energy), 1));
    values.put("paper_bytes", Markdown.number(figure8.paperBytes(), 0));
    values.put("our_bytes", Markdown.number(figure8.ours().batchBytes(), 0));
    values.put("usual_bytes", Markdown.number(figure8.usual().batchBytes(), 0));
    values.put("byte_ratio", Markdown.number(figure8.ours().batchBytes() / figure8.paperBytes()));
    values.put("our_datagrams", Markdown.number(figure8.ours().batchDatagrams(), 1));
    values.put("usual_datagrams", Markdown.number(figure8.usual().batchDatagrams(), 1));
    values.put("our_seconds", Markdown.number(secondsOfBatch(figure8, main.ours()), 1));
    values.put("usual_seconds", Markdown.number(secondsOfBatch(figure8, main.usual()), 1));
    values.put("most_shared", Integer.toString(BlockRule.MOST_SHARED));
    values.put("small", Integer.toString(BlockRule.SMALL));
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("fig5_model_error_pct", energy.errorPercent(0));
    figures.put("energy_ratio_vs_paper_protocol", main.ratio());
    figures.put("energy_ratio_in_usual_blocks", main.usualRatio());
    figures.put("energy_percent_6h_paper_protocol", main.paper().percent());
    figures.put("energy_percent_6h", main.ours().percent());
    return new Section(
        Markdown.fill("energy.md", values),
        List.of(
            List.of(
                "Fig. 5, 8: battery in 6 h, 0.5 events/s, 60 s, beyond standby",
                Markdown.number(Energy.PAPER.get(1).percent()) + " %",
                Markdown.number(main.ours().percent())
                    + " % (model; the paper's protocol under it "
                    + Markdown.number(main.paper().percent())
                    + " %)")),
        figures);
  }

  private static double secondsOfBatch(Energy.Case found, Phone.Spent spent) {
    return spent.awakeSeconds() / found.typed().batches(Energy.TOTAL);
  }

  private static String met(double ratio) {
    return ratio <= GOAL ? "is met" : "**is not met**";
  }

  private static double processorShare(Energy energy) {
    return energy.cases().stream()
        .map(c -> c.main().ours())
        .mapToDouble(spent -> spent.processorJoules() / spent.joules())
        .max()
        .orElseThrow();
  }

  private static String fit(Energy energy) {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("events/s", "t_syn_int", "paper", "told in"));
    Energy.RADIOS.forEach(radio -> head.add(radio.name()));
    rows.add(head);
    for (Energy.PaperPoint point : Energy.PAPER) {
      List<String> row = new ArrayList<>();
      row.add(Markdown.number(point.perSecond(), 1));
      row.add(point.intervalSeconds() + " s");
      row.add(Markdown.number(point.percent()) + " %");
      row.add(point.from());
      Energy.Case found = energy.at(point.perSecond(), point.intervalSeconds());
      for (int i = 0; i < Energy.RADIOS.size(); i++) {
        row.add(
            Markdown.number(found.costs().get(i).paper().percent())
                + " % ("
                + signed(100 * energy.error(point, i))
                + " %)");
      }
      rows.add(row);
    }
    List<String> mean = new ArrayList<>(List.of("", "", "", "mean size of the error"));
    for (int i = 0; i < Energy.RADIOS.size(); i++) {
      mean.add(Markdown.number(energy.errorPercent(i), 0) + " %");
    }
    rows.add(mean);
    return Markdown.table(rows);
  }

  private static String signed(double value) {
    return (value > 0 ? "+" : "") + Markdown.number(value, 0);
  }

  private static String cases(Energy energy) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "events/s",
            "t_syn_int",
            "bytes an interval, paper",
            "ours",
            "in usual blocks",
            "battery in 6 h, paper's protocol",
            "ours",
            "in usual blocks",
            "ratio",
            "in usual blocks"));
    for (Energy.Case found : energy.cases()) {
      Energy.Costs costs = found.main();
      rows.add(
          List.of(
              Markdown.number(found.typed().perSecond(), 1),
              found.seconds() + " s",
              Markdown.number(found.paperBytes(), 0),
              Markdown.number(found.ours().batchBytes(), 0),
              Markdown.number(found.usual().batchBytes(), 0),
              Markdown.number(costs.paper().percent()) + " %",
              Markdown.number(costs.ours().percent()) + " %",
              Markdown.number(costs.usual().percent()) + " %",
              Markdown.number(costs.ratio()),
              Markdown.number(costs.usualRatio())));
    }
    return Markdown.table(rows);
  }

  private static String radios(Energy energy) {
    return table("radio", energy.figure8().costs());
  }

  private static String networks(Energy energy) {
    return table("bytes up and down, times of DCH and FACH", energy.figure8().elsewhere());
  }

  private static String table(String first, List<Energy.Costs> all) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            first,
            "paper's protocol",
            "ours",
            "in usual blocks",
            "ratio",
            "in usual blocks",
            "connections in 6 h, paper",
            "ours"));
    for (Energy.Costs costs : all) {
      rows.add(
          List.of(
              costs.radio(),
              Markdown.number(costs.paper().percent()) + " %",
              Markdown.number(costs.ours().percent()) + " %",
              Markdown.number(costs.usual().percent()) + " %",
              Markdown.number(costs.ratio()),
              Markdown.number(costs.usualRatio()),
              Integer.toString(costs.paper().connections()),
              Integer.toString(costs.ours().connections())));
    }
    return Markdown.table(rows);
  }

  private static String files() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("radio", "sent by the phone", "ordered from the mirror", "times less"));
    for (Energy.FileCost cost : Energy.files()) {
      rows.add(
          List.of(
              cost.radio(),
              Markdown.number(cost.sent().percent()) + " %",
              Markdown.number(cost.ordered().percent()) + " %",
              Markdown.number(cost.sent().joules() / cost.ordered().joules(), 0)));
    }
    return Markdown.table(rows);
  }

  private static Chart figure5(Energy energy) {
    Chart chart =
        new Chart(
            "Fig. 5: battery for 6 h of synchronization, 3G of the paper's phone and operator",
            Axis.logarithmic("t_syn_int [s]", 10, 1000),
            Axis.logarithmic("battery [%], beyond standby", 0.5, 100));
    for (double rate : List.of(2.0, 0.2)) {
      String name = Markdown.number(rate, 1) + " events/s, ";
      Series.Kind kind = rate < 1 ? Series.Kind.DASHES : Series.Kind.MARKED_LINE;
      chart.add(curve(energy, rate, name + "paper's protocol", 4, kind, Energy.Costs::paper));
      chart.add(curve(energy, rate, name + "ours", 0, kind, Energy.Costs::ours));
      chart.add(curve(energy, rate, name + "in usual blocks", 2, kind, Energy.Costs::usual));
    }
    double[] points =
        Energy.PAPER.stream()
            .flatMapToDouble(p -> DoubleStream.of(p.intervalSeconds(), p.percent()))
            .toArray();
    return chart.add(
        Series.of("measured by the paper", Series.COLOURS.get(5), Series.Kind.DOTS, points));
  }

  private static Series curve(
      Energy energy,
      double rate,
      String name,
      int colour,
      Series.Kind kind,
      Function<Energy.Costs, Phone.Spent> protocol) {
    double[] values = new double[2 * Energy.INTERVALS.size()];
    for (int i = 0; i < Energy.INTERVALS.size(); i++) {
      values[2 * i] = Energy.INTERVALS.get(i);
      Energy.Costs costs = energy.at(rate, Energy.INTERVALS.get(i)).main();
      values[2 * i + 1] = protocol.apply(costs).percent();
    }
    return Series.of(name, Series.COLOURS.get(colour), kind, values);
  }

  private static Chart figures7And8(Energy energy) {
    Chart chart =
        new Chart(
            "Fig. 7 and 8: battery a minute, in standby and with 0.5 events/s at 60 s",
            Axis.names("", List.of("standby", "paper's protocol", "ours", "ours, usual blocks")),
            Axis.linear("battery [% a minute]", 0, 0.2));
    chart.add(
        Series.of(
            "paper, measured",
            Series.COLOURS.get(5),
            Series.Kind.BARS,
            0,
            Energy.PAPER_STANDBY_PER_MINUTE,
            1,
            Energy.PAPER_SYNC_PER_MINUTE));
    int colour = 0;
    for (Energy.Costs costs : energy.figure8().costs()) {
      chart.add(
          Series.of(
              "model, " + costs.radio(),
              Series.COLOURS.get(colour++),
              Series.Kind.BARS,
              1,
              minute(costs.paper()),
              2,
              minute(costs.ours()),
              3,
              minute(costs.usual())));
    }
    return chart;
  }

  /** With the standby that the paper has measured. */
  private static double minute(Phone.Spent spent) {
    return Energy.PAPER_STANDBY_PER_MINUTE + spent.percent() / MINUTES;
  }
}
