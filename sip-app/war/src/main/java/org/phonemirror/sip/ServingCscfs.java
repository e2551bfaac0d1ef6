package org.phonemirror.sip;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.phonemirror.core.subscriber.Impu;

/** Which S-CSCF serves which subscriber, as far as their registrations or the HSS have told. */
final class ServingCscfs {
  private final Map<Impu, String> learned;
  private final Optional<String> fallback;
  private final Clock clock;
  private String lastScscf = "";
  private Instant lastHeard = Instant.EPOCH;

  /**
   * With a bound, as an S-CSCF that dies never ends its registrations.
   *
   * @param fallback for subscribers that nothing is known of
   */
  ServingCscfs(int capacity, Optional<String> fallback, Clock clock) {
    this.fallback = fallback;
    this.clock = clock;
    this.learned =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Impu, String> eldest) {
            return size() > capacity;
          }
        };
  }

  synchronized void learn(Registration registration) {
    lastScscf = registration.scscf().orElse("an S-CSCF without a name");
    lastHeard = clock.instant();
    if (registration.active() && registration.scscf().isPresent()) {
      learned.put(registration.subscriber(), registration.scscf().orElseThrow());
    } else if (!registration.active()) {
      learned.remove(registration.subscriber());
    }
  }

  /** Who has told of a phone last, for people. */
  synchronized String heard() {
    return lastScscf.isEmpty()
        ? "none has told of a phone yet"
        : String.format(
            Locale.ROOT,
            "%s told of a phone %d s ago; phones that are on: %d",
            lastScscf,
            Duration.between(lastHeard, clock.instant()).toSeconds(),
            learned.size());
  }

  /** Takes what another than the S-CSCF has told; a registration knows better. */
  synchronized void learn(Impu subscriber, String scscf) {
    learned.putIfAbsent(subscriber, scscf);
  }

  /** Whether the network has told which one it is. */
  synchronized boolean isLearned(Impu subscriber) {
    return learned.containsKey(subscriber);
  }

  synchronized Optional<String> find(Impu subscriber) {
    return Optional.ofNullable(learned.get(subscriber)).or(() -> fallback);
  }
}
