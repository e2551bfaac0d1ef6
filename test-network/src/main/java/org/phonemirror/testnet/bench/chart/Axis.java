package org.phonemirror.testnet.bench.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One side of a chart.
 *
 * @param title with its unit
 * @param least value at its beginning
 * @param most value at its end
 * @param logarithmic or else linear
 * @param names of the values 0, 1, 2, ... where it has names in place of numbers
 */
public record Axis(
    String title, double least, double most, boolean logarithmic, List<String> names) {
  private static final int STEPS = 6;

  /** A value that is written at the axis. */
  record Tick(double value, String text) {}

  public Axis {
    if (!(least < most) || (logarithmic && least <= 0)) {
      throw new IllegalArgumentException(title + " goes from " + least + " to " + most);
    }
    names = List.copyOf(names);
  }

  /** From a value to another. */
  public static Axis linear(String title, double least, double most) {
    return new Axis(title, least, most, false, List.of());
  }

  /** In powers of ten. */
  public static Axis logarithmic(String title, double least, double most) {
    return new Axis(title, least, most, true, List.of());
  }

  /** With names: the first is at 0. */
  public static Axis names(String title, List<String> names) {
    return new Axis(title, -0.5, names.size() - 0.5, false, names);
  }

  /** From 0 at its beginning to 1 at its end; what lies outside is put there. */
  double place(double value) {
    double within = Math.max(least, Math.min(most, value));
    return logarithmic
        ? Math.log(within / least) / Math.log(most / least)
        : (within - least) / (most - least);
  }

  List<Tick> ticks() {
    List<Tick> ticks = new ArrayList<>();
    if (!names.isEmpty()) {
      for (int i = 0; i < names.size(); i++) {
        ticks.add(new Tick(i, names.get(i)));
      }
    } else if (logarithmic) {
      for (double power = Math.pow(10, Math.ceil(Math.log10(least) - 1e-9));
          power <= most * (1 + 1e-9);
          power *= 10) {
        ticks.add(new Tick(power, text(power)));
      }
    } else {
      double step = step();
      for (long i = (long) Math.ceil(least / step - 1e-9); i * step <= most + 1e-9; i++) {
        ticks.add(new Tick(i * step, text(i * step)));
      }
    }
    return ticks;
  }

  /** 1, 2 or 5 of a power of ten, so that there are some six steps. */
  private double step() {
    double rough = (most - least) / STEPS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double times = rough / power;
    return power * (times > 5 ? 10 : times > 2 ? 5 : times > 1 ? 2 : 1);
  }

  private static String text(double value) {
    double shown = Math.round(value * 1e6) / 1e6;
    return shown == Math.rint(shown)
        ? Long.toString((long) shown)
        : String.format(Locale.ROOT, "%s", shown);
  }
}
