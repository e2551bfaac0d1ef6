package org.phonemirror.core.firewall;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.phonemirror.core.firewall.Enforcement.Block;
import org.phonemirror.core.firewall.Enforcement.Target;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the network's blocks to what they should be, on a thread of its own. What changes while it
 * is at work is done together afterwards. After a failure nobody knows what was done: then, at the
 * start, and from time to time, it asks what is blocked, and lifts what should not be.
 */
final class Enforcer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Enforcer.class);
  private static final long CLOSE_SECONDS = 10;

  private final Enforcement enforcement;
  private final FirewallSettings settings;
  private final Clock clock;
  private final LongAdder failures = new LongAdder();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread made = new Thread(work, "firewall-enforcement");
            made.setDaemon(true);
            return made;
          });

  // guarded by this
  private final Map<Target, Instant> wanted = new HashMap<>();
  private final Set<Target> changed = new HashSet<>();
  private boolean comparing = true;
  private boolean scheduled;
  private boolean closed;

  private int failuresInTurn;
  private volatile Optional<String> failure = Optional.empty();

  Enforcer(Enforcement enforcement, FirewallSettings settings, Clock clock) {
    this.enforcement = enforcement;
    this.settings = settings;
    this.clock = clock;
    schedule(Duration.ZERO);
    long period = settings.compare().toMillis();
    Future<?> unused =
        thread.scheduleWithFixedDelay(this::compare, period, period, TimeUnit.MILLISECONDS);
  }

  boolean isEffective() {
    return enforcement.isEffective();
  }

  /** How often it failed. */
  long failures() {
    return failures.sum();
  }

  /** Why it fails now. */
  Optional<String> failure() {
    return failure;
  }

  synchronized void block(Target target, Instant until) {
    wanted.put(target, until);
    changed.add(target);
    schedule(Duration.ZERO);
  }

  synchronized void lift(Target target) {
    wanted.remove(target);
    changed.add(target);
    schedule(Duration.ZERO);
  }

  private synchronized void compare() {
    comparing = true;
    schedule(Duration.ZERO);
  }

  /** Nothing is scheduled while a failure is waited out, as then something is already. */
  private synchronized void schedule(Duration pause) {
    if (!scheduled && !closed) {
      scheduled = true;
      Future<?> unused = thread.schedule(this::work, pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** What is to be done in one go. */
  private record Work(boolean compares, Map<Target, Instant> wanted, Set<Target> changed) {}

  private synchronized Work take() {
    Map<Target, Instant> blocked = new HashMap<>();
    for (Target target : comparing ? wanted.keySet() : changed) {
      Instant until = wanted.get(target);
      if (until != null) {
        blocked.put(target, until);
      }
    }
    Work work = new Work(comparing, blocked, Set.copyOf(changed));
    changed.clear();
    comparing = false;
    return work;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private void work() {
    if (isClosed()) {
      return;
    }
    Duration pause = Duration.ZERO;
    try {
      enforce(take());
      if (failuresInTurn > 0) {
        LOG.info("the firewall's blocks are enforced again");
      }
      failuresInTurn = 0;
      failure = Optional.empty();
    } catch (IOException | RuntimeException e) {
      pause = failed(e);
    }
    synchronized (this) {
      scheduled = false;
      if (comparing || !changed.isEmpty()) {
        schedule(pause);
      }
    }
  }

  private void enforce(Work work) throws IOException {
    Set<Target> lifted = new HashSet<>(work.changed());
    if (work.compares()) {
      for (Block present : enforcement.list()) {
        lifted.add(present.target());
      }
    }
    lifted.removeAll(work.wanted().keySet());
    if (!lifted.isEmpty()) {
      enforcement.unblock(lifted);
    }
    Instant now = clock.instant();
    List<Block> blocks = new ArrayList<>();
    work.wanted()
        .forEach(
            (target, until) -> {
              if (until.isAfter(now)) {
                blocks.add(new Block(target, until));
              }
            });
    if (!blocks.isEmpty()) {
      enforcement.block(blocks);
    }
  }

  private Duration failed(Exception cause) {
    failures.increment();
    failuresInTurn++;
    failure = Optional.of(String.valueOf(cause.getMessage()));
    if (failuresInTurn == 1) {
      LOG.error(
          "the firewall's blocks are not enforced, trying again from now on: {}",
          cause.getMessage(),
          cause);
    }
    synchronized (this) {
      comparing = true;
    }
    Duration pause = settings.retry();
    for (int i = 1; i < failuresInTurn && pause.compareTo(settings.maxRetry()) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(settings.maxRetry()) > 0 ? settings.maxRetry() : pause;
  }

  /** Lifts all: nobody would, when an address becomes another phone's. */
  @Override
  public void close() {
    Set<Target> all;
    synchronized (this) {
      closed = true;
      all = new HashSet<>(changed);
      all.addAll(wanted.keySet());
    }
    try {
      thread.submit(() -> liftAll(all)).get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("blocks may be left behind, until their time is over", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      thread.shutdownNow();
    }
  }

  private void liftAll(Set<Target> all) {
    try {
      if (!all.isEmpty()) {
        enforcement.unblock(all);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("blocks are left behind, until their time is over: {}", e.getMessage(), e);
    }
  }
}
