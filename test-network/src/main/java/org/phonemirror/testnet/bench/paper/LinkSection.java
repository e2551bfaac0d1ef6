package org.phonemirror.testnet.bench.paper;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.phonemirror.testnet.bench.LinkFigures;
import org.phonemirror.testnet.bench.LinkFigures.Timed;
import org.phonemirror.testnet.bench.LinkShape;
import org.phonemirror.testnet.bench.chart.Axis;
import org.phonemirror.testnet.bench.chart.Chart;
import org.phonemirror.testnet.bench.chart.Series;

/** Tables and charts of transfers. */
final class LinkSection {
  /**
   * Table 1, tested: the middle of its ranges; LTE is of a later time: Huang et al., MobiSys 2012.
   */
  static final List<LinkShape> SHAPES =
      List.of(
          new LinkShape("EDGE", 150, 180, 300),
          new LinkShape("3G", 708, 1259, 100),
          new LinkShape("LTE", 5640, 12_740, 35));

  /** The paper's Table 1: tested up and down; nothing of LTE. */
  private static final Map<String, List<String>> PAPER =
      Map.of("EDGE", List.of("140-160", "170-190"), "3G", List.of("708", "1259"));

  private LinkSection() {}

  /** Writes the charts, and tells the rest. */
  static Section of(List<LinkFigures> links, double longestSeconds, Path charts)
      throws IOException {
    StringBuilder pictures = new StringBuilder();
    for (LinkFigures link : links) {
      String file = "fig4-" + link.shape().name().toLowerCase(Locale.ROOT) + ".png";
      chart(link).write(charts.resolve(file));
      pictures.append("![").append(link.shape().name()).append("](evaluation/").append(file);
      pictures.append(")\n\n");
    }
    Map<String, String> values = new LinkedHashMap<>();
    values.put("speeds", speeds(links));
    values.put("times", times(links));
    values.put("pictures", pictures.toString().strip());
    values.put("longest", Markdown.number(longestSeconds, 0));
    values.put(
        "delay",
        links.stream().allMatch(LinkFigures::delayed)
            ? "netem(8), with the delay of the table"
            : "tbf(8): this kernel has no netem, and so the delay is that of the queue alone; a round"
                + " trip more matters for the smallest files, and most over LTE");
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("links", links);
    return new Section(Markdown.fill("transfer.md", values), summary(links), figures);
  }

  private static List<List<String>> summary(List<LinkFigures> links) {
    List<List<String>> rows = new ArrayList<>();
    for (LinkFigures link : links) {
      if (PAPER.containsKey(link.shape().name())) {
        rows.add(
            List.of(
                "Table 1: " + link.shape().name() + " up, down [kbit/s]",
                String.join(", ", PAPER.get(link.shape().name())),
                Markdown.number(link.upKbits(), 0) + ", " + Markdown.number(link.downKbits(), 0)));
      }
    }
    LinkFigures edge = links.get(0);
    Optional<Timed> five =
        edge.uploads().stream().filter(timed -> timed.bytes() == 5_000_000).findFirst();
    five.ifPresent(
        direct -> {
          double order =
              edge.relayOrders().stream()
                  .filter(timed -> timed.bytes() == direct.bytes())
                  .findFirst()
                  .orElseThrow()
                  .seconds();
          rows.add(
              List.of(
                  "Fig. 4: 5 MB sent over EDGE",
                  "several minutes",
                  time(direct)
                      + " by the phone; by the relay the phone is done in "
                      + Markdown.number(order)
                      + " s"));
        });
    return rows;
  }

  private static String speeds(List<LinkFigures> links) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "network",
            "paper, up",
            "paper, down",
            "shaped to, up",
            "down",
            "delay, one way",
            "measured, up",
            "down"));
    for (LinkFigures link : links) {
      LinkShape shape = link.shape();
      List<String> paper = PAPER.getOrDefault(shape.name(), List.of("-", "-"));
      rows.add(
          List.of(
              shape.name(),
              paper.get(0),
              paper.get(1),
              Integer.toString(shape.upKbits()),
              Integer.toString(shape.downKbits()),
              link.delayed() ? shape.delayMillis() + " ms" : "of the queue",
              Markdown.number(link.upKbits(), 0),
              Markdown.number(link.downKbits(), 0)));
    }
    return Markdown.table(rows);
  }

  private static String times(List<LinkFigures> links) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "network",
            "file",
            "sent by the phone",
            "relay: phone is done",
            "relay: recipient has it",
            "fetched by the phone",
            "cache: ordered",
            "cache: fetched"));
    for (LinkFigures link : links) {
      for (int i = 0; i < link.uploads().size(); i++) {
        rows.add(
            List.of(
                link.shape().name(),
                Markdown.number(link.uploads().get(i).bytes() / 1e6, 1) + " MB",
                time(link.uploads().get(i)),
                time(link.relayOrders().get(i)),
                time(link.relayed().get(i)),
                time(link.downloads().get(i)),
                time(link.cacheOrders().get(i)),
                time(link.cached().get(i))));
      }
    }
    return Markdown.table(rows);
  }

  private static String time(Timed timed) {
    String seconds = Markdown.number(timed.seconds()) + " s";
    return timed.computed() ? "(" + seconds + ")" : seconds;
  }

  private static Chart chart(LinkFigures link) {
    LinkShape shape = link.shape();
    Chart chart =
        new Chart(
            "Fig. 4: time of a file over " + shape.name(),
            Axis.logarithmic("file [MB]", 0.1, 20),
            Axis.logarithmic("time [s]", 0.01, 2000));
    if (PAPER.containsKey(shape.name())) {
      chart.add(paper("sent, by the paper's Table 1", 0, shape.upKbits()));
      chart.add(paper("fetched, by the paper's Table 1", 1, shape.downKbits()));
    }
    return chart
        .add(series("sent by the phone", 0, link.uploads()))
        .add(series("fetched by the phone", 1, link.downloads()))
        .add(series("fetched from the cache", 3, link.cached()))
        .add(series("relay: recipient has it", 4, link.relayed()))
        .add(series("relay: phone is done", 2, link.relayOrders()));
  }

  private static Series paper(String name, int colour, int kbits) {
    double perMegabyte = 8e6 / (kbits * 1000.0);
    return Series.of(
        name,
        Series.COLOURS.get(colour),
        Series.Kind.DASHES,
        0.1,
        0.1 * perMegabyte,
        20,
        20 * perMegabyte);
  }

  private static Series series(String name, int colour, List<Timed> times) {
    double[] values = new double[2 * times.size()];
    for (int i = 0; i < times.size(); i++) {
      values[2 * i] = times.get(i).bytes() / 1e6;
      values[2 * i + 1] = times.get(i).seconds();
    }
    return Series.of(name, Series.COLOURS.get(colour), Series.Kind.MARKED_LINE, values);
  }
}
