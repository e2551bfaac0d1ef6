package org.phonemirror.core.firewall;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.phonemirror.core.subscriber.FirewallRule;

/** Counts, for {@link FirewallStats}. */
final class FirewallCounters {
  final LongAdder flows = new LongAdder();
  final LongAdder missed = new LongAdder();
  final LongAdder answers = new LongAdder();
  final LongAdder names = new LongAdder();
  final LongAdder downloads = new LongAdder();
  final LongAdder malware = new LongAdder();
  final LongAdder alerts = new LongAdder();
  final LongAdder alertsFailed = new LongAdder();
  final LongAdder blocksRefused = new LongAdder();
  private final Map<FirewallRule.Action, LongAdder> matched =
      new EnumMap<>(FirewallRule.Action.class);

  FirewallCounters() {
    for (FirewallRule.Action action : FirewallRule.Action.values()) {
      matched.put(action, new LongAdder());
    }
  }

  void matched(FirewallRule.Action action) {
    matched.get(action).increment();
  }

  Map<FirewallRule.Action, Long> matched() {
    Map<FirewallRule.Action, Long> snapshot = new EnumMap<>(FirewallRule.Action.class);
    matched.forEach((action, count) -> snapshot.put(action, count.sum()));
    return snapshot;
  }
}
