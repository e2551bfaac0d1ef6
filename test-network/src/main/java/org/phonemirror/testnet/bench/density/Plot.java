package org.phonemirror.testnet.bench.density;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.phonemirror.testnet.bench.chart.Axis;
import org.phonemirror.testnet.bench.chart.Chart;
import org.phonemirror.testnet.bench.chart.Series;

/**
 * CPU against the number of mirrors, as in the paper's figure 6, both as of one core: a line for
 * each load, a dot for each fleet that was run, and the paper's two figures. Both axes are
 * logarithmic, as a hundred times lies between.
 */
public final class Plot {
  private static final double LEAST_MIRRORS = 1;
  private static final double MOST_MIRRORS = 10_000;
  private static final double LEAST_PERCENT = 0.1;
  private static final double MOST_PERCENT = 100;
  private static final Color LIGHT = Series.COLOURS.get(0);
  private static final Color HEAVY = Series.COLOURS.get(1);
  private static final Color TAPS = Series.COLOURS.get(2);

  private final Chart chart =
      new Chart(
          "CPU and mirrors",
          Axis.logarithmic("mirrors of a core, t_syn_int = 180 s", LEAST_MIRRORS, MOST_MIRRORS),
          Axis.logarithmic("CPU of a core [%], QEMU and server", LEAST_PERCENT, MOST_PERCENT));

  private Plot() {}

  static void write(Result result, Path file) throws IOException {
    Plot plot = new Plot();
    plot.lines(last(result.light()), last(result.heavy()), result.taps().computedPerCore());
    plot.dots(LIGHT, result.light());
    plot.dots(HEAVY, result.heavy());
    plot.dots(TAPS, List.of(result.taps()));
    plot.chart.write(file);
  }

  /** Draws the lines alone, of so many mirrors that a core carries under each load. */
  public static void write(double light, double heavy, double taps, Path file) throws IOException {
    Plot plot = new Plot();
    plot.lines(light, heavy, taps);
    plot.chart.write(file);
  }

  private static double last(List<Carried> fleets) {
    return fleets.get(fleets.size() - 1).computedPerCore();
  }

  /** They go by the largest fleet's CPU per interval. */
  private void lines(double light, double heavy, double taps) {
    line("light: a page each 5 min", LIGHT, light);
    line("heavy: a page each minute", HEAVY, heavy);
    line("90 taps in 180 s", TAPS, taps);
    paper("paper, light", LIGHT, Result.PAPER_LIGHT);
    paper("paper, heavy", HEAVY, Result.PAPER_HEAVY);
  }

  private void line(String name, Color colour, double most) {
    if (most > 0) {
      double least = Math.max(LEAST_MIRRORS, most * LEAST_PERCENT / 100);
      String text = String.format(Locale.ROOT, "%s: %.0f at 100 %%", name, most);
      double percent = 100 * least / most;
      chart.add(Series.of(text, colour, Series.Kind.LINE, least, percent, most, 100));
    }
  }

  private void dots(Color colour, List<Carried> fleets) {
    double[] points =
        fleets.stream()
            .filter(fleet -> fleet.computedPerCore() > 0)
            .flatMapToDouble(
                fleet ->
                    DoubleStream.of(
                        (double) fleet.mirrors() / fleet.cores(), fleet.percentAt(fleet.mirrors())))
            .toArray();
    if (points.length > 0) {
      chart.add(Series.of("measured", colour, Series.Kind.DOTS, points));
    }
  }

  private void paper(String name, Color colour, double perCore) {
    String text = String.format(Locale.ROOT, "%s: %.2f", name, perCore);
    Series.Kind dashes = Series.Kind.DASHES;
    chart.add(Series.of(text, colour, dashes, perCore, LEAST_PERCENT, perCore, MOST_PERCENT));
  }
}
