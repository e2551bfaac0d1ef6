package org.phonemirror.core.sync;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lets each name pass once a minute, so that whoever sends garbage does not fill the log. Remembers
 * a bounded number of names, those that came last.
 */
final class OncePerMinute {
  private static final int MAX_NAMES = 1024;
  private static final long PERIOD_MILLIS = Duration.ofMinutes(1).toMillis();

  private final Clock clock;
  private final Map<String, Long> passed =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MAX_NAMES;
        }
      };

  OncePerMinute(Clock clock) {
    this.clock = clock;
  }

  synchronized boolean passes(String name) {
    long now = clock.millis();
    Long last = passed.get(name);
    if (last != null && now - last < PERIOD_MILLIS) {
      return false;
    }
    passed.put(name, now);
    return true;
  }
}
