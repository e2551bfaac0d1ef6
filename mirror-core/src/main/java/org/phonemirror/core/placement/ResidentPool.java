package org.phonemirror.core.placement;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The machines that are in memory. Whenever those at rest are more than their budget holds, the
 * ones that will be due last are told to leave. Those at work come on top: they are few, and to
 * make room for each would send one away that is as likely to be needed.
 *
 * <p>With intervals of one length the one that was replayed last is due last, so most mirrors stay
 * where they are, resident or hibernated, instead of all of them coming and going: of all orders
 * this one restores the fewest (Belady 1966). When a mirror is due is an estimate. One that has not
 * shown when it was expected is expected after as long again as it has been overdue, so a phone
 * that is out of reach does not hold memory for good.
 *
 * <p>One that can't leave, as its state can't be saved, stays until it has been at work again: it
 * is not asked in between, and another goes for it.
 */
final class ResidentPool {
  private final long budget;
  private final Clock clock;
  private final Map<Object, Resident> residents = new HashMap<>();
  private long left;

  private enum State {
    WORKING,
    IDLE,
    STAYING,
    LEAVING
  }

  private static final class Resident {
    private State state = State.WORKING;
    private long bytes;
    private Instant due = Instant.EPOCH;
    private Runnable leave = () -> {};
  }

  ResidentPool(long budget, Clock clock) {
    this.budget = budget;
    this.clock = clock;
  }

  /** A machine is about to be used, or started. */
  synchronized void working(Object mirror) {
    residents.computeIfAbsent(mirror, m -> new Resident()).state = State.WORKING;
  }

  /**
   * A machine has nothing to do now.
   *
   * @param bytes that it holds
   * @param due when there may be something to do for it
   * @param leave tells it to be gone; must not wait
   */
  void idle(Object mirror, long bytes, Instant due, Runnable leave) {
    List<Runnable> told;
    synchronized (this) {
      Resident resident = residents.computeIfAbsent(mirror, m -> new Resident());
      resident.state = State.IDLE;
      resident.bytes = bytes;
      resident.due = due;
      resident.leave = leave;
      told = evict();
    }
    told.forEach(Runnable::run);
  }

  /** One that was told to leave can't. */
  void stays(Object mirror) {
    List<Runnable> told;
    synchronized (this) {
      Resident resident = residents.get(mirror);
      if (resident != null) {
        resident.state = State.STAYING;
      }
      told = evict();
    }
    told.forEach(Runnable::run);
  }

  /** A machine is no more. */
  synchronized void gone(Object mirror) {
    Resident resident = residents.remove(mirror);
    if (resident != null && resident.state == State.LEAVING) {
      left++;
    }
  }

  synchronized int size() {
    return residents.size();
  }

  /** Of all that are there, also those about to leave. */
  synchronized long bytes() {
    return residents.values().stream().mapToLong(resident -> resident.bytes).sum();
  }

  /** How many were told to leave and have. */
  synchronized long left() {
    return left;
  }

  private List<Runnable> evict() {
    Instant now = clock.instant();
    long staying =
        residents.values().stream()
            .filter(r -> r.state == State.IDLE || r.state == State.STAYING)
            .mapToLong(resident -> resident.bytes)
            .sum();
    List<Runnable> told = new ArrayList<>();
    while (staying > budget) {
      Optional<Resident> last =
          residents.values().stream()
              .filter(resident -> resident.state == State.IDLE && resident.bytes > 0)
              .max(Comparator.comparing(resident -> expected(resident.due, now)));
      if (last.isEmpty()) {
        break;
      }
      last.get().state = State.LEAVING;
      staying -= last.get().bytes;
      told.add(last.get().leave);
    }
    return told;
  }

  private static Instant expected(Instant due, Instant now) {
    return due.isBefore(now) ? now.plus(Duration.between(due, now)) : due;
  }
}
