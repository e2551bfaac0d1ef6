package org.phonemirror.app.ui;

import android.content.Context;
import android.content.res.Resources;
import android.text.format.DateUtils;
import android.text.format.Formatter;
import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.phonemirror.app.R;

/** Amounts and moments as the phone's owner reads them. */
final class Texts {
  private static final double KILO = 1000;

  private final Context context;
  private final Resources resources;

  Texts(Context context) {
    this.context = context;
    this.resources = context.getResources();
  }

  /** Bytes, in the unit that suits. */
  String bytes(long bytes) {
    return Formatter.formatShortFileSize(context, bytes);
  }

  /** Joules, in the unit that suits. */
  String energy(double joules) {
    boolean kilo = Math.abs(joules) >= KILO;
    NumberFormat format =
        NumberFormat.getInstance(resources.getConfiguration().getLocales().get(0));
    format.setMaximumFractionDigits(kilo || Math.abs(joules) < 10 ? 1 : 0);
    return context.getString(
        kilo ? R.string.kilojoules : R.string.joules, format.format(kilo ? joules / KILO : joules));
  }

  /** In its two largest units, rounded down. */
  String duration(Duration duration) {
    long seconds = Math.max(0, duration.toMillis() / 1000);
    if (seconds < 60) {
      return amount(R.plurals.seconds, seconds);
    }
    if (seconds < 3600) {
      return two(R.plurals.minutes, seconds / 60, R.plurals.seconds, seconds % 60);
    }
    if (seconds < 24 * 3600) {
      return two(R.plurals.hours, seconds / 3600, R.plurals.minutes, seconds / 60 % 60);
    }
    return two(R.plurals.days, seconds / 86_400, R.plurals.hours, seconds / 3600 % 24);
  }

  private String two(int large, long many, int small, long few) {
    String first = amount(large, many);
    return few == 0 ? first : context.getString(R.string.two_units, first, amount(small, few));
  }

  /** So many of something, by a plural whose first argument is the number. */
  String amount(int plural, long number) {
    int quantity = (int) Math.min(number, Integer.MAX_VALUE);
    return resources.getQuantityString(plural, quantity, quantity);
  }

  /** The time of day, and the day and the year if they are others than those of now. */
  String time(Instant moment, Instant now) {
    LocalDate day = moment.atZone(ZoneId.systemDefault()).toLocalDate();
    LocalDate today = now.atZone(ZoneId.systemDefault()).toLocalDate();
    int flags = DateUtils.FORMAT_SHOW_TIME;
    if (!day.equals(today)) {
      flags |= DateUtils.FORMAT_SHOW_DATE | DateUtils.FORMAT_ABBREV_MONTH;
      boolean same = day.getYear() == today.getYear();
      flags |= same ? DateUtils.FORMAT_NO_YEAR : DateUtils.FORMAT_SHOW_YEAR;
    }
    return DateUtils.formatDateTime(context, moment.toEpochMilli(), flags);
  }

  /** An address of the protocol as people write it: without {@code mailto:} or {@code mms:}. */
  static String address(String recipient) {
    return recipient.replaceFirst("^(mailto|mms):", "");
  }
}
