package org.phonemirror.testnet.bench.chart;

import java.awt.Color;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.List;

/**
 * What belongs together in a chart.
 *
 * @param name in the legend
 * @param colour of it
 * @param kind how it is drawn
 * @param points in the axes' units
 */
public record Series(String name, Color colour, Kind kind, List<Point2D.Double> points) {
  /** Colours that can be told apart, by those too who see less of them. */
  public static final List<Color> COLOURS =
      List.of(
          new Color(0x2c7fb8),
          new Color(0xd95f0e),
          new Color(0x31a354),
          new Color(0x756bb1),
          new Color(0x636363),
          new Color(0xc51b8a));

  /** How points are drawn. */
  public enum Kind {
    LINE,
    DASHES,
    DOTS,
    MARKED_LINE,
    BARS
  }

  public Series {
    points = List.copyOf(points);
  }

  /** One with values of x and y in turn. */
  public static Series of(String name, Color colour, Kind kind, double... values) {
    if (values.length % 2 != 0) {
      throw new IllegalArgumentException("the last point of " + name + " has no y");
    }
    List<Point2D.Double> points = new ArrayList<>();
    for (int i = 0; i < values.length; i += 2) {
      points.add(new Point2D.Double(values[i], values[i + 1]));
    }
    return new Series(name, colour, kind, points);
  }
}
