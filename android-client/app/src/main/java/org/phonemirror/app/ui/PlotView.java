package org.phonemirror.app.ui;

import android.content.Context;
import android.graphics.Canvas;
import android.graphics.Paint;
import android.graphics.Path;
import android.text.format.DateUtils;
import android.util.AttributeSet;
import android.view.View;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.phonemirror.app.R;
import org.phonemirror.app.model.Status.DayPoint;

/**
 * The last 24 hours, time from left to right as in every plot: bars for the data of each quarter of
 * an hour, a line for the longest lag. Each has a scale of its own, whose end the legend tells.
 */
public final class PlotView extends View {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration QUARTER = Duration.ofMinutes(15);
  private static final int MARKS = 4;

  private final Paint bars = new Paint(Paint.ANTI_ALIAS_FLAG);
  private final Paint line = new Paint(Paint.ANTI_ALIAS_FLAG);
  private final Paint grid = new Paint();
  private final Paint words = new Paint(Paint.ANTI_ALIAS_FLAG);
  private List<DayPoint> points = List.of();
  private Instant end = Instant.EPOCH;

  /** As layouts make it. */
  public PlotView(Context context, AttributeSet attributes) {
    super(context, attributes);
    float density = getResources().getDisplayMetrics().density;
    bars.setColor(context.getColor(R.color.plot_bars));
    line.setColor(context.getColor(R.color.plot_line));
    line.setStyle(Paint.Style.STROKE);
    line.setStrokeJoin(Paint.Join.ROUND);
    line.setStrokeWidth(2 * density);
    grid.setColor(context.getColor(R.color.plot_grid));
    grid.setStrokeWidth(density);
    words.setColor(context.getColor(R.color.text_quiet));
    words.setTextSize(getResources().getDimension(R.dimen.plot_text));
  }

  /** Shows points until the end, oldest first; those that are older than a day are left out. */
  void show(List<DayPoint> given, Instant givenEnd) {
    points = given;
    end = givenEnd;
    invalidate();
  }

  /** Most bytes of a quarter of an hour. */
  static long mostBytes(List<DayPoint> points) {
    return points.stream().mapToLong(DayPoint::bytes).max().orElse(0);
  }

  /** The longest lag of all. */
  static Duration longestLag(List<DayPoint> points) {
    return points.stream().map(DayPoint::longestLag).max(Duration::compareTo).orElse(Duration.ZERO);
  }

  @Override
  protected void onDraw(Canvas canvas) {
    float bottom = getHeight() - words.getFontSpacing();
    marks(canvas, bottom);
    long mostBytes = mostBytes(points);
    long longestLag = longestLag(points).toMillis();
    float width = getWidth() * ((float) QUARTER.toMillis() / DAY.toMillis());
    Path path = new Path();
    for (DayPoint point : points) {
      float x = x(point.start());
      if (x + width <= 0 || x >= getWidth()) {
        continue;
      }
      if (mostBytes > 0) {
        float height = bottom * point.bytes() / mostBytes;
        canvas.drawRect(x + width / 8, bottom - height, x + width * 7 / 8, bottom, bars);
      }
      if (longestLag > 0) {
        float inner = bottom - line.getStrokeWidth();
        float y = bottom - inner * point.longestLag().toMillis() / longestLag;
        if (path.isEmpty()) {
          path.moveTo(x + width / 2, y);
        } else {
          path.lineTo(x + width / 2, y);
        }
      }
    }
    canvas.drawPath(path, line);
  }

  private float x(Instant moment) {
    long before = Duration.between(moment, end).toMillis();
    return getWidth() * (1 - (float) before / DAY.toMillis());
  }

  /** The base line, and every six hours a mark with the time of day. */
  private void marks(Canvas canvas, float bottom) {
    canvas.drawLine(0, bottom, getWidth(), bottom, grid);
    for (int i = 0; i < MARKS; i++) {
      float x = getWidth() * (float) i / MARKS;
      canvas.drawLine(x, 0, x, bottom, grid);
      Instant at = end.minus(DAY.multipliedBy(MARKS - i).dividedBy(MARKS));
      String time =
          DateUtils.formatDateTime(getContext(), at.toEpochMilli(), DateUtils.FORMAT_SHOW_TIME);
      canvas.drawText(time, x, getHeight() - words.descent(), words);
    }
  }
}
