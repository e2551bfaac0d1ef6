package org.phonemirror.sip;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.phonemirror.core.subscriber.Impu;

/** Which S-CSCF serves which subscriber, as far as their registrations have told. */
final class ServingCscfs {
  private final Map<Impu, String> learned;
  private final Optional<String> fallback;

  /**
   * With a bound, as an S-CSCF that dies never ends its registrations.
   *
   * @param fallback for subscribers that nothing is known of
   */
  ServingCscfs(int capacity, Optional<String> fallback) {
    this.fallback = fallback;
    this.learned =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Impu, String> eldest) {
            return size() > capacity;
          }
        };
  }

  synchronized void learn(Registration registration) {
    if (registration.active() && registration.scscf().isPresent()) {
      learned.put(registration.subscriber(), registration.scscf().orElseThrow());
    } else if (!registration.active()) {
      learned.remove(registration.subscriber());
    }
  }

  synchronized Optional<String> find(Impu subscriber) {
    return Optional.ofNullable(learned.get(subscriber)).or(() -> fallback);
  }
}
