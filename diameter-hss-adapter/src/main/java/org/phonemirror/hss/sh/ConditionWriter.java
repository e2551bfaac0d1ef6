package org.phonemirror.hss.sh;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.phonemirror.core.subscriber.ConditionSink;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorCondition;
import org.phonemirror.hss.profile.StatusDocument;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes mirrors' conditions into the HSS as transparent data of their own. One write at a time for
 * each subscriber, and then the newest condition only; so what the HSS holds is never older than
 * what it held. What could not be written is tried again, after a while and when the connection is
 * back.
 */
final class ConditionWriter implements ConditionSink {
  private static final Logger log = LoggerFactory.getLogger(ConditionWriter.class);

  /** Subscribers whose condition is being written at one time; those beyond are tried again. */
  private static final int MAX_WRITING = 1024;

  /** Subscribers that are to be tried again; those beyond wait for a change. */
  private static final int MAX_FAILED = 100_000;

  private static final Duration RETRY = Duration.ofSeconds(30);
  private static final long WARN_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final ShRepository repository;
  private final BiConsumer<Runnable, Duration> later;
  private final Set<Impu> writing = new HashSet<>();
  private final Map<Impu, Optional<MirrorCondition>> next = new HashMap<>();
  private final Map<Impu, Optional<MirrorCondition>> failed = new LinkedHashMap<>();
  private final AtomicLong quietUntil = new AtomicLong(System.nanoTime());

  private boolean retrying;

  /**
   * Makes a writer.
   *
   * @param later runs a task after a while, unless there is no use in it any more
   */
  ConditionWriter(ShRepository repository, BiConsumer<Runnable, Duration> later) {
    this.repository = repository;
    this.later = later;
  }

  @Override
  public void tell(Impu subscriber, Optional<MirrorCondition> condition) {
    synchronized (writing) {
      if (writing.contains(subscriber)) {
        next.put(subscriber, condition);
        return;
      }
      failed.remove(subscriber);
      if (writing.size() >= MAX_WRITING) {
        fail(subscriber, condition, MAX_WRITING + " others wait for the HSS");
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
                    failed(subscriber, condition, cause.getMessage());
                  }
                  written(subscriber);
                });
  }

  private void failed(Impu subscriber, Optional<MirrorCondition> condition, String why) {
    synchronized (writing) {
      if (!next.containsKey(subscriber)) {
        fail(subscriber, condition, why);
      }
    }
  }

  private void fail(Impu subscriber, Optional<MirrorCondition> condition, String why) {
    boolean kept = failed.size() < MAX_FAILED;
    warn(subscriber, why, kept ? "for now" : "until that changes");
    if (kept) {
      failed.put(subscriber, condition);
    }
    if (kept && !retrying) {
      retrying = true;
      later.accept(this::retry, RETRY);
    }
  }

  /** Tries again what failed, as many at one time as may be; the rest after them. */
  void retry() {
    Map<Impu, Optional<MirrorCondition>> again = new LinkedHashMap<>();
    synchronized (writing) {
      retrying = false;
      for (var entry : failed.entrySet()) {
        if (again.size() + writing.size() == MAX_WRITING) {
          break;
        }
        again.put(entry.getKey(), entry.getValue());
      }
      again.keySet().forEach(failed::remove);
      // what changes from here on is newer, and waits
      writing.addAll(again.keySet());
      if (!failed.isEmpty()) {
        retrying = true;
        later.accept(this::retry, RETRY);
      }
    }
    again.forEach(this::write);
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
  private void warn(Impu subscriber, String why, String untilWhen) {
    long until = quietUntil.get();
    long now = System.nanoTime();
    String text = "the HSS is not told how the mirror of {} is, {}: {}";
    if (now - until >= 0 && quietUntil.compareAndSet(until, now + WARN_EVERY_NANOS)) {
      log.warn(
          text + "; others like this in the next minute are not shown", subscriber, untilWhen, why);
    } else {
      log.debug(text, subscriber, untilWhen, why);
    }
  }
}
