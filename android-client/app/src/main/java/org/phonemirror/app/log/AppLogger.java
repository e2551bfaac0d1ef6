package org.phonemirror.app.log;

import org.phonemirror.app.model.LogLine;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** A logger into {@link AppLog}: of ours from information on, of libraries from warnings on. */
final class AppLogger extends LegacyAbstractLogger {
  private static final String OURS = "org.phonemirror.";
  private static final long serialVersionUID = 1;

  private final int threshold;

  AppLogger(String name) {
    this.name = name;
    this.threshold = (name.startsWith(OURS) ? Level.INFO : Level.WARN).toInt();
  }

  @Override
  protected String getFullyQualifiedCallerName() {
    return null; // lines don't tell where they are from
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level, Marker marker, String pattern, Object[] arguments, Throwable error) {
    String text = MessageFormatter.basicArrayFormat(pattern, arguments);
    LogLine.Level as =
        switch (level) {
          case ERROR -> LogLine.Level.ERROR;
          case WARN -> LogLine.Level.WARNING;
          default -> LogLine.Level.INFO;
        };
    AppLog.get().add(as, error == null ? text : text + ": " + error);
  }

  private boolean counts(Level level) {
    return level.toInt() >= threshold;
  }

  @Override
  public boolean isTraceEnabled() {
    return counts(Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return counts(Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return counts(Level.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return counts(Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return counts(Level.ERROR);
  }
}
