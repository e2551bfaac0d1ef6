package org.phonemirror.app.log;

import android.util.Log;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.phonemirror.app.model.LogLine;

/** The latest lines of the log. There is one in a process, as with all logs. */
public final class AppLog {
  /** How many lines are kept. */
  static final int LINES = 500;

  private static final int MAX_TEXT = 400;
  private static final String TAG = "PhoneMirror";
  private static final AppLog LOG = new AppLog(Clock.systemUTC());

  private final Clock clock;
  private final Deque<LogLine> lines = new ArrayDeque<>();

  AppLog(Clock clock) {
    this.clock = clock;
  }

  /** The one of this process. */
  public static AppLog get() {
    return LOG;
  }

  /** The lines, oldest first. */
  public synchronized List<LogLine> lines() {
    return new ArrayList<>(lines);
  }

  /** Adds a line. */
  public void add(LogLine.Level level, String text) {
    String cut = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "..." : text;
    synchronized (this) {
      lines.addLast(new LogLine(clock.instant(), level, cut));
      if (lines.size() > LINES) {
        lines.removeFirst();
      }
    }
    Log.println(priority(level), TAG, cut);
  }

  private static int priority(LogLine.Level level) {
    return switch (level) {
      case INFO -> Log.INFO;
      case WARNING -> Log.WARN;
      case ERROR -> Log.ERROR;
    };
  }
}
