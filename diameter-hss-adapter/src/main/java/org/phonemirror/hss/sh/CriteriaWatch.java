package org.phonemirror.hss.sh;

import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.criteria.Advice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the filter criteria of those who have a mirror are as it needs them, and says in
 * the log what to change; once, until it changes.
 */
final class CriteriaWatch {
  private static final Logger log = LoggerFactory.getLogger(CriteriaWatch.class);

  private final ShReader reader;
  private final String serverName;
  private final Map<Impu, Advice> told = new ConcurrentHashMap<>();

  CriteriaWatch(ShReader reader, String serverName) {
    this.reader = reader;
    this.serverName = serverName;
  }

  /** What is to be changed; fails as all questions to the HSS do. */
  CompletionStage<Advice> advice(Impu subscriber) {
    return reader
        .criteria(new UserIdentity.Public(subscriber), serverName)
        .thenApply(data -> Advice.on(data.criteria(), serverName));
  }

  /** Looks at the criteria and tells the log; nothing waits for it, and nothing depends on it. */
  void look(Impu subscriber) {
    var unused =
        advice(subscriber)
            .thenAccept(advice -> tell(subscriber, advice))
            .exceptionally(
                failure -> {
                  Throwable cause =
                      failure instanceof CompletionException ? failure.getCause() : failure;
                  log.info("filter criteria not looked at: {}", cause.getMessage());
                  return null;
                });
  }

  /** For those who have no mirror any more. */
  void forget(Impu subscriber) {
    told.remove(subscriber);
  }

  private void tell(Impu subscriber, Advice advice) {
    if (advice.isGood()) {
      if (told.remove(subscriber) != null) {
        log.info("{}: filter criteria are as the mirror needs them now", subscriber);
      }
    } else if (!advice.equals(told.put(subscriber, advice))) {
      advice.faults().forEach(fault -> log.warn("{}: {}", subscriber, fault));
    }
  }
}
