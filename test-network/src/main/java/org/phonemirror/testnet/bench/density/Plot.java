package org.phonemirror.testnet.bench.density;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * CPU against the number of mirrors, as in the paper's figure 6, both as of one core: a line for
 * each load, a dot for each fleet that was run, and the paper's two figures. Both axes are
 * logarithmic, as a hundred times lies between.
 */
final class Plot {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 560;
  private static final int LEFT = 70;
  private static final int RIGHT = 30;
  private static final int TOP = 50;
  private static final int BOTTOM = 60;
  private static final double LEAST_MIRRORS = 1;
  private static final double MOST_MIRRORS = 10_000;
  private static final double LEAST_PERCENT = 0.1;
  private static final double MOST_PERCENT = 100;
  private static final int DOT = 8;
  private static final Color LIGHT = new Color(0x2c7fb8);
  private static final Color HEAVY = new Color(0xd95f0e);
  private static final Color TAPS = new Color(0x31a354);
  private static final Color PALE = new Color(0xdddddd);

  private final Graphics2D graphics;
  private int keys;

  private Plot(Graphics2D graphics) {
    this.graphics = graphics;
  }

  static void write(Result result, Path file) throws IOException {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      new Plot(graphics).draw(result);
    } finally {
      graphics.dispose();
    }
    if (!ImageIO.write(image, "png", file.toFile())) {
      throw new IOException("this Java can't write PNG");
    }
  }

  private void draw(Result result) {
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, WIDTH, HEIGHT);
    axes();
    load("light: a page each 5 minutes", LIGHT, result.light());
    load("heavy: a page each minute", HEAVY, result.heavy());
    load("90 taps in 180 s", TAPS, List.of(result.taps()));
    paper("paper, heavy", HEAVY, Result.PAPER_HEAVY);
    paper("paper, light", LIGHT, Result.PAPER_LIGHT);
  }

  private void axes() {
    for (double mirrors = LEAST_MIRRORS; mirrors <= MOST_MIRRORS; mirrors *= 10) {
      line(PALE, mirrors, LEAST_PERCENT, mirrors, MOST_PERCENT);
      graphics.setColor(Color.DARK_GRAY);
      text(number(mirrors), x(mirrors) - 10, HEIGHT - BOTTOM + 20);
    }
    for (double percent = LEAST_PERCENT; percent <= MOST_PERCENT; percent *= 10) {
      line(PALE, LEAST_MIRRORS, percent, MOST_MIRRORS, percent);
      graphics.setColor(Color.DARK_GRAY);
      text(number(percent), 30, y(percent) + 5);
    }
    text("mirrors of a core, t_syn_int = 180 s", WIDTH / 2.0 - 100, HEIGHT - 15);
    text("CPU of a core [%], QEMU and server", 20, 30);
  }

  /** The line goes by the largest fleet's CPU per interval; the dots are all that were run. */
  private void load(String name, Color colour, List<Carried> fleets) {
    Carried largest = fleets.get(fleets.size() - 1);
    double most = largest.computedPerCore();
    if (most > 0) {
      double least = Math.max(LEAST_MIRRORS, most * LEAST_PERCENT / 100);
      graphics.setStroke(new BasicStroke(2));
      line(colour, least, 100 * least / most, most, 100);
    }
    for (Carried fleet : fleets) {
      if (fleet.computedPerCore() > 0) {
        double perCore = (double) fleet.mirrors() / fleet.cores();
        double percent = fleet.percentAt(fleet.mirrors());
        graphics.fill(
            new Ellipse2D.Double(x(perCore) - DOT / 2.0, y(percent) - DOT / 2.0, DOT, DOT));
      }
    }
    key(colour, String.format(Locale.ROOT, "%s: %.0f at 100 %%", name, most));
  }

  private void paper(String name, Color colour, double perCore) {
    graphics.setStroke(
        new BasicStroke(2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1, new float[] {6, 4}, 0));
    line(colour, perCore, LEAST_PERCENT, perCore, MOST_PERCENT);
    key(colour, String.format(Locale.ROOT, "%s (dashed): %.2f", name, perCore));
  }

  private void key(Color colour, String text) {
    graphics.setColor(colour);
    text(text, LEFT + 330, HEIGHT - BOTTOM - 110 + 18 * keys++);
  }

  private void line(Color colour, double x1, double y1, double x2, double y2) {
    graphics.setColor(colour);
    graphics.draw(new Line2D.Double(x(x1), y(y1), x(x2), y(y2)));
  }

  private void text(String text, double x, double y) {
    graphics.drawString(text, (float) x, (float) y);
  }

  private static String number(double value) {
    return value < 1 ? Double.toString(value) : Long.toString(Math.round(value));
  }

  private static double x(double mirrors) {
    return LEFT
        + (WIDTH - LEFT - RIGHT)
            * Math.log(mirrors / LEAST_MIRRORS)
            / Math.log(MOST_MIRRORS / LEAST_MIRRORS);
  }

  private static double y(double percent) {
    double within = Math.max(LEAST_PERCENT, Math.min(MOST_PERCENT, percent));
    return HEIGHT
        - BOTTOM
        - (HEIGHT - TOP - BOTTOM)
            * Math.log(within / LEAST_PERCENT)
            / Math.log(MOST_PERCENT / LEAST_PERCENT);
  }
}
