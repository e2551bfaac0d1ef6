package org.phonemirror.core.firewall;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.phonemirror.sync.Notice;

/**
 * What one subscriber is told: each rule and destination at once, and then once in each period in
 * which they met again, with how often. What exceeds a number of destinations is but counted.
 */
final class Alerts {
  private static final class Window {
    private Instant begun;
    private long since;
    private Alert last;
  }

  private final FirewallSettings settings;

  /** Told within the period; the oldest first. */
  private final Map<Alert, Window> told = new LinkedHashMap<>();

  private long others;
  private Instant othersBegun = Instant.MIN;

  Alerts(FirewallSettings settings) {
    this.settings = settings;
  }

  /** Whether it was told within this period. */
  boolean knows(Alert alert) {
    return told.containsKey(alert.key());
  }

  /** It happened; gives what is to be told now. */
  List<Notice> happened(Alert alert, Instant now) {
    Window window = told.get(alert.key());
    if (window != null) {
      window.since++;
      window.last = alert;
      return List.of();
    }
    if (told.size() >= settings.destinations()) {
      if (others++ == 0) {
        othersBegun = now;
      }
      return List.of();
    }
    Window begun = new Window();
    begun.begun = now;
    begun.last = alert;
    told.put(alert.key(), begun);
    return List.of(alert.withCount(1).notice());
  }

  /** Ends periods that are over; gives what is to be told of them. */
  List<Notice> expire(Instant now) {
    List<Notice> notices = new ArrayList<>();
    Instant over = now.minus(settings.alertPeriod());
    told.values().removeIf(window -> window.since == 0 && !window.begun.isAfter(over));
    for (Window window : told.values()) {
      if (!window.begun.isAfter(over)) {
        notices.add(window.last.withCount(window.since).notice());
        window.begun = now;
        window.since = 0;
      }
    }
    if (others > 0 && !othersBegun.isAfter(over)) {
      notices.add(Alert.others(others));
      others = 0;
    }
    return notices;
  }
}
