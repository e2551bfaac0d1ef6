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
 * ones that would hold most memory for longest until they are due are told to leave. As many as can
 * be at work come on top: to make room for each would send one away that is as likely to be needed.
 * Others that have work wait in memory, and count. When all wait, as the server can't keep up,
 * whoever has had its turn leaves until its next one.
 *
 * <p>With intervals of one length the one that was replayed last is due last, so most mirrors stay
 * where they are, resident or hibernated, instead of all of them coming and going: among machines
 * of one size this order restores the fewest (Belady 1966). Their size counts as two small ones
 * spare two restores in the room of a large one; and a machine that comes back is smaller than it
 * was, as QEMU holds no translated code any more of what was done but once. When a mirror is due is
 * an estimate. One that has not shown when it was expected is expected after as long again as it
 * has been overdue, so a phone that is out of reach does not hold memory for good.
 *
 * <p>One that can't leave, as its state can't be saved, stays until it has been at work again: it
 * is not asked in between, and another goes for it.
 */
final class ResidentPool {
  private final long budget;
  private final int atWork;
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

    /** What it holds until it is due, or as long again as it has been overdue. */
    double byteSeconds(Instant now) {
      return (double) bytes * Duration.between(now, due).abs().toMillis() / 1000;
    }
  }

  /**
   * An empty one.
   *
   * @param budget in bytes
   * @param atWork how many machines can be at work
   */
  ResidentPool(long budget, int atWork, Clock clock) {
    this.budget = budget;
    this.atWork = atWork;
    this.clock = clock;
  }

  /**
   * A machine is about to be used, or started.
   *
   * @param bytes that it holds
   * @param mayLeave whether it has had a turn since it came
   * @return whether it has to leave first, as there is no room for it until its turn comes
   */
  boolean working(Object mirror, long bytes, boolean mayLeave) {
    List<Runnable> told;
    boolean leaves;
    synchronized (this) {
      Resident resident = residents.computeIfAbsent(mirror, m -> new Resident());
      resident.state = State.WORKING;
      resident.bytes = bytes;
      told = evict();
      leaves = mayLeave && staying() > budget;
      if (leaves) {
        resident.state = State.LEAVING;
      }
    }
    told.forEach(Runnable::run);
    return leaves;
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
    long staying = staying();
    List<Runnable> told = new ArrayList<>();
    while (staying > budget) {
      Optional<Resident> costly =
          residents.values().stream()
              .filter(resident -> resident.state == State.IDLE && resident.bytes > 0)
              .max(Comparator.comparingDouble(resident -> resident.byteSeconds(now)));
      if (costly.isEmpty()) {
        break;
      }
      costly.get().state = State.LEAVING;
      staying -= costly.get().bytes;
      told.add(costly.get().leave);
    }
    return told;
  }

  /** Bytes of all that hold memory while they do nothing. */
  private long staying() {
    long resting = 0;
    List<Long> working = new ArrayList<>();
    for (Resident resident : residents.values()) {
      if (resident.state == State.WORKING) {
        working.add(resident.bytes);
      } else if (resident.state != State.LEAVING) {
        resting += resident.bytes;
      }
    }
    working.sort(Comparator.reverseOrder());
    return resting + working.stream().skip(atWork).mapToLong(bytes -> bytes).sum();
  }
}
