package org.phonemirror.testnet.bench.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** Lines, dots and bars between two axes, with a legend at the right, as a PNG. */
public final class Chart {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 480;
  private static final int LEFT = 75;
  private static final int TOP = 70;
  private static final int BOTTOM = 60;
  private static final int GAP = 20;
  private static final int KEY = 24;
  private static final int LINE_HEIGHT = 20;
  private static final int DOT = 8;
  private static final double BARS_SHARE = 0.8;
  private static final Color PALE = new Color(0xdddddd);
  private static final Font PLAIN = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
  private static final Font BOLD = new Font(Font.SANS_SERIF, Font.BOLD, 15);

  private final String title;
  private final Axis x;
  private final Axis y;
  private final List<Series> all = new ArrayList<>();

  public Chart(String title, Axis x, Axis y) {
    this.title = title;
    this.x = x;
    this.y = y;
  }

  /** Adds one; what is added later is drawn over it. */
  public Chart add(Series series) {
    all.add(series);
    return this;
  }

  /**
   * Draws it.
   *
   * @throws IOException naming the file that can't be written
   */
  public void write(Path file) throws IOException {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, WIDTH, HEIGHT);
      new Drawing(graphics).draw();
    } finally {
      graphics.dispose();
    }
    if (!ImageIO.write(image, "png", file.toFile())) {
      throw new IOException("this Java can't write " + file);
    }
  }

  private final class Drawing {
    private final Graphics2D graphics;
    private final int right;

    Drawing(Graphics2D graphics) {
      this.graphics = graphics;
      graphics.setFont(PLAIN);
      int widest =
          all.stream()
              .mapToInt(s -> graphics.getFontMetrics().stringWidth(s.name()))
              .max()
              .orElse(0);
      this.right = WIDTH - widest - KEY - 2 * GAP;
    }

    void draw() {
      axes();
      long groups = all.stream().filter(s -> s.kind() == Series.Kind.BARS).count();
      int group = 0;
      for (int i = 0; i < all.size(); i++) {
        Series series = all.get(i);
        graphics.setColor(series.colour());
        switch (series.kind()) {
          case LINE, DASHES -> line(series);
          case DOTS -> dots(series);
          case MARKED_LINE -> {
            line(series);
            dots(series);
          }
          case BARS -> bars(series, group++, (int) groups);
        }
        key(series, TOP + LINE_HEIGHT * i);
      }
    }

    private void axes() {
      graphics.setStroke(new BasicStroke(1));
      for (Axis.Tick tick : x.ticks()) {
        if (x.names().isEmpty()) {
          graphics.setColor(PALE);
          graphics.draw(new Line2D.Double(x(tick.value()), TOP, x(tick.value()), HEIGHT - BOTTOM));
        }
        graphics.setColor(Color.DARK_GRAY);
        centred(tick.text(), x(tick.value()), HEIGHT - BOTTOM + 20);
      }
      for (Axis.Tick tick : y.ticks()) {
        graphics.setColor(PALE);
        graphics.draw(new Line2D.Double(LEFT, y(tick.value()), right, y(tick.value())));
        graphics.setColor(Color.DARK_GRAY);
        int width = graphics.getFontMetrics().stringWidth(tick.text());
        graphics.drawString(tick.text(), LEFT - 8 - width, (float) y(tick.value()) + 5);
      }
      graphics.setColor(Color.DARK_GRAY);
      graphics.draw(new Line2D.Double(LEFT, HEIGHT - BOTTOM, right, HEIGHT - BOTTOM));
      graphics.draw(new Line2D.Double(LEFT, TOP, LEFT, HEIGHT - BOTTOM));
      centred(x.title(), (LEFT + right) / 2.0, HEIGHT - 15);
      graphics.drawString(y.title(), 20, TOP - 15);
      graphics.setFont(BOLD);
      graphics.drawString(title, 20, 28);
      graphics.setFont(PLAIN);
    }

    private void centred(String text, double at, int bottom) {
      int width = graphics.getFontMetrics().stringWidth(text);
      graphics.drawString(text, (float) (at - width / 2.0), bottom);
    }

    private void stroke(Series.Kind kind) {
      graphics.setStroke(
          kind == Series.Kind.DASHES
              ? new BasicStroke(
                  2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1, new float[] {6, 4}, 0)
              : new BasicStroke(2));
    }

    private void line(Series series) {
      Path2D.Double path = new Path2D.Double();
      for (Point2D.Double point : series.points()) {
        if (path.getCurrentPoint() == null) {
          path.moveTo(x(point.x), y(point.y));
        } else {
          path.lineTo(x(point.x), y(point.y));
        }
      }
      stroke(series.kind());
      graphics.draw(path);
    }

    private void dots(Series series) {
      series.points().forEach(point -> dot(x(point.x), y(point.y)));
    }

    private void dot(double left, double top) {
      graphics.fill(new Ellipse2D.Double(left - DOT / 2.0, top - DOT / 2.0, DOT, DOT));
    }

    /** Those of one x stand side by side. */
    private void bars(Series series, int group, int groups) {
      double width = BARS_SHARE * (x(1) - x(0)) / groups;
      for (Point2D.Double point : series.points()) {
        double left = x(point.x) + (group - groups / 2.0) * width;
        double top = y(point.y);
        graphics.fill(new Rectangle2D.Double(left, top, width - 1, HEIGHT - BOTTOM - top));
      }
    }

    private void key(Series series, int top) {
      int left = right + GAP;
      switch (series.kind()) {
        case LINE, DASHES, MARKED_LINE -> {
          stroke(series.kind());
          graphics.draw(new Line2D.Double(left, top, left + KEY - 6, top));
        }
        case BARS -> graphics.fill(new Rectangle2D.Double(left, top - 6, KEY - 8, 12));
        case DOTS -> {}
      }
      if (series.kind() == Series.Kind.DOTS || series.kind() == Series.Kind.MARKED_LINE) {
        dot(left + (KEY - 6) / 2.0, top);
      }
      graphics.setColor(Color.DARK_GRAY);
      graphics.drawString(series.name(), left + KEY, top + 5);
    }

    private double x(double value) {
      return LEFT + (right - LEFT) * x.place(value);
    }

    private double y(double value) {
      return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * y.place(value);
    }
  }
}
