package org.phonemirror.hss.sh;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.phonemirror.core.subscriber.ConditionSink;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorCondition;
import org.phonemirror.hss.profile.StatusDocument;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes mirrors' conditions into the HSS as transparent data of their own. One write at a time for
 * each subscriber, and then the newest condition only; so what the HSS holds is never older than
 * what it held.
 */
final class ConditionWriter implements ConditionSink {
  private static final Logger log = LoggerFactory.getLogger(ConditionWriter.class);

  /** Subscribers whose condition is being written at one time; those beyond wait for a change. */
  private static final int MAX_WRITING = 1024;

  private static final long WARN_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final ShRepository repository;
  private final Set<Impu> writing = new HashSet<>();
  private final Map<Impu, Optional<MirrorCondition>> next = new HashMap<>();
  private final AtomicLong quietUntil = new AtomicLong(System.nanoTime());

  ConditionWriter(ShRepository repository) {
    this.repository = repository;
  }

  @Override
  public void tell(Impu subscriber, Optional<MirrorCondition> condition) {
    synchronized (writing) {
      if (writing.contains(subscriber)) {
        next.put(subscriber, condition);
        return;
      }
      if (writing.size() >= MAX_WRITING) {
        warn(subscriber, MAX_WRITING + " others wait for the HSS");
        return;
      }
      writing.add(subscriber);
    }
    write(subscriber, condition);
  }

  private void write(Impu subscriber, Optional<MirrorCondition> condition) {
    var unused =
        repository
            .update(subscriber, condition.map(StatusDocument::format))
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    Throwable cause =
                        failure instanceof CompletionException ? failure.getCause() : failure;
                    warn(subscriber, cause.getMessage());
                  }
                  written(subscriber);
                });
  }

  private void written(Impu subscriber) {
    Optional<MirrorCondition> condition;
    synchronized (writing) {
      if (!next.containsKey(subscriber)) {
        writing.remove(subscriber);
        return;
      }
      condition = next.remove(subscriber);
    }
    write(subscriber, condition);
  }

  /** An HSS that is away must not fill the log. */
  private void warn(Impu subscriber, String why) {
    long until = quietUntil.get();
    long now = System.nanoTime();
    String text = "the HSS is not told how the mirror of {} is, until that changes: {}";
    if (now - until >= 0 && quietUntil.compareAndSet(until, now + WARN_EVERY_NANOS)) {
      log.warn(text + "; others like this in the next minute are not shown", subscriber, why);
    } else {
      log.debug(text, subscriber, why);
    }
  }
}
