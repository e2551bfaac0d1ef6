package org.phonemirror.core.antivirus;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.phonemirror.core.antivirus.clamd.ClamdClient;
import org.phonemirror.core.antivirus.clamd.LimitsProbe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows whether clamd can be worked with, and which signatures it has. */
final class ClamdWatch {
  private static final Logger LOG = LoggerFactory.getLogger(ClamdWatch.class);
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 30_000;

  /** Is told that clamd still can't be worked with. */
  @FunctionalInterface
  interface Outage {
    void goesOn(Instant since, String reason);
  }

  private final ClamdClient clamd;
  private final VerdictStore verdicts;
  private final Clock clock;
  private final Outage outage;
  private Optional<String> version = Optional.empty();
  private Optional<Instant> downSince = Optional.empty();
  private volatile Optional<String> trouble = Optional.empty();
  private long pauseMillis;
  private long nextNanos = System.nanoTime();

  ClamdWatch(ClamdClient clamd, VerdictStore verdicts, Clock clock, Outage outage) {
    this.clamd = clamd;
    this.verdicts = verdicts;
    this.clock = clock;
    this.outage = outage;
  }

  /**
   * Waits until clamd can be worked with.
   *
   * @return its version, or that of a moment ago: whatever it says from now on, it says with these
   *     signatures or newer ones
   */
  synchronized String await() throws InterruptedException {
    while (version.isEmpty()) {
      long left = TimeUnit.NANOSECONDS.toMillis(nextNanos - System.nanoTime());
      if (left > 0) {
        wait(left);
      } else {
        look();
      }
    }
    return version.get();
  }

  /** Why clamd could not be worked with when it was looked at last; does not wait for it. */
  Optional<String> outage() {
    return trouble;
  }

  /** clamd failed with a content; it is looked at before it gets another. */
  synchronized void doubt() {
    version = Optional.empty();
  }

  /** Looks for a signature update, or whether clamd is back. */
  synchronized void look() {
    try {
      String now = clamd.version();
      LimitsProbe.run(clamd);
      if (!verdicts.version().equals(Optional.of(now))) {
        LOG.info("signatures are those of {}, were {}", now, verdicts.version().orElse("none"));
        verdicts.setVersion(now);
      }
      if (downSince.isPresent()) {
        LOG.info("clamd is back");
      }
      version = Optional.of(now);
      downSince = Optional.empty();
      trouble = Optional.empty();
      pauseMillis = 0;
    } catch (IOException e) {
      version = Optional.empty();
      trouble = Optional.of(String.valueOf(e.getMessage()));
      pauseMillis = Math.min(Math.max(FIRST_PAUSE_MILLIS, 2 * pauseMillis), LONGEST_PAUSE_MILLIS);
      nextNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMillis);
      if (downSince.isEmpty()) {
        downSince = Optional.of(clock.instant());
        LOG.warn("no scans until this is better: {}", e.getMessage());
      }
      outage.goesOn(downSince.get(), e.getMessage());
    }
  }
}
