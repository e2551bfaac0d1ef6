package org.phonemirror.sip;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.phonemirror.core.subscriber.ConditionSink;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorCondition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the traffic monitor whom to record: who has a mirror, under the telephone numbers that the
 * HSS has of him, since the packet domain does not know public identities.
 */
final class TrafficWatch implements ConditionSink {
  private static final Logger LOG = LoggerFactory.getLogger(TrafficWatch.class);
  private static final Pattern NUMBER = Pattern.compile("(?:sips?|tel):\\+?([0-9]{5,15})(?:@.*)?");

  /** Who is told. */
  interface Monitor {
    void watch(Impu subscriber, Set<String> msisdns);

    void unwatch(Impu subscriber);
  }

  private final Monitor monitor;
  private final Function<Impu, CompletionStage<List<String>>> hss;

  /** Who is watched, and whether under the HSS's numbers. */
  private final Map<Impu, Boolean> watched = new ConcurrentHashMap<>();

  TrafficWatch(Monitor monitor, Function<Impu, CompletionStage<List<String>>> hss) {
    this.monitor = monitor;
    this.hss = hss;
  }

  @Override
  public void tell(Impu subscriber, Optional<MirrorCondition> condition) {
    if (condition.isEmpty()) {
      watched.remove(subscriber);
      monitor.unwatch(subscriber);
    } else if (watched.putIfAbsent(subscriber, false) == null) {
      // the HSS's answer may take its time, and the phone's first packets do not wait for it
      monitor.watch(subscriber, inIdentity(subscriber));
      ask(subscriber);
    } else if (!watched.getOrDefault(subscriber, true)) {
      ask(subscriber);
    }
  }

  private void ask(Impu subscriber) {
    var unused =
        hss.apply(subscriber)
            .whenComplete(
                (msisdns, failure) -> {
                  if (failure != null) {
                    LOG.warn(
                        "{}: telephone numbers are not to be had, traffic is recorded under {} until"
                            + " the mirror's next change: {}",
                        subscriber,
                        inIdentity(subscriber),
                        failure.getMessage());
                  } else if (watched.replace(subscriber, true) != null && !msisdns.isEmpty()) {
                    monitor.watch(subscriber, Set.copyOf(msisdns));
                  }
                });
  }

  /** The number that many identities are made of. */
  private static Set<String> inIdentity(Impu subscriber) {
    Matcher matcher = NUMBER.matcher(subscriber.uri());
    return matcher.matches() ? Set.of(matcher.group(1)) : Set.of();
  }
}
