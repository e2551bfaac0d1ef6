package com.klinker.android.logger;

import org.slf4j.LoggerFactory;

/** Stands in for the logger of Android's MMS codec, which runs as an oracle. */
public final class Log {
  private Log() {}

  /** An error. */
  public static void e(String tag, String message) {
    LoggerFactory.getLogger(Log.class).info("{}: {}", tag, message);
  }

  /** An error. */
  public static void e(String tag, String message, Throwable cause) {
    LoggerFactory.getLogger(Log.class).info("{}: {}", tag, message, cause);
  }
}
