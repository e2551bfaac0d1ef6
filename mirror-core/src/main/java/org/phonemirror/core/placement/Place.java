package org.phonemirror.core.placement;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.phonemirror.core.machine.Machine;

/** One mirror's share of a server. Safe for use by several threads. */
public final class Place {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Placement placement;
  private final Runnable hibernate;

  Place(Placement placement, Runnable hibernate) {
    this.placement = placement;
    this.hibernate = hibernate;
  }

  /**
   * Asks for room, once: a mirror that is placed stays so until it leaves.
   *
   * @param interval of its synchronization
   * @return why there is none, and what to do
   */
  public Optional<String> admit(Duration interval) {
    Optional<String> reason = placement.capacity().admit(this, interval);
    if (reason.isPresent()) {
      placement.refused().add(this);
    } else {
      placement.refused().remove(this);
    }
    return reason;
  }

  /** Takes the place that the mirror had before the server was restarted. */
  public void keep(Duration interval) {
    placement.capacity().place(this, interval);
  }

  /** Gives the place to others: there is nothing to do for the mirror. */
  public void leave() {
    placement.refused().remove(this);
    placement.capacity().leave(this);
  }

  /** Does something with the machine; see {@link ReplayQueue#submit}. */
  public <T> ReplayQueue.Ticket<T> submit(Instant deadline, Callable<T> work) {
    return placement
        .queue()
        .submit(
            deadline,
            () -> {
              long before = THREADS.getCurrentThreadCpuTime();
              try {
                return work.call();
              } finally {
                charge((THREADS.getCurrentThreadCpuTime() - before) / 1000);
              }
            });
  }

  /** Measures a machine that was started; what it has used until now is the start's. */
  public MachineMeter meter(Machine machine) {
    return new MachineMeter(this, placement.guard(), machine);
  }

  void charge(long cpuMicros) {
    placement.capacity().charge(this, cpuMicros);
  }

  /**
   * A replay has ended.
   *
   * @param due when it could have begun; empty if that was before the server was started
   * @param lengthMicros of its interval; empty if it was none
   */
  public void replayed(Optional<Instant> due, Instant begun, OptionalLong lengthMicros) {
    Instant now = placement.clock().instant();
    due.ifPresent(
        from ->
            placement.lateness().add(Duration.between(from, begun), Duration.between(from, now)));
    placement.capacity().interval(this, lengthMicros);
  }

  /** A machine is about to be started. */
  public void starting() {
    placement.pool().working(this, 0, false);
  }

  /**
   * The machine is about to be used.
   *
   * @param bytes that it holds
   * @param mayLeave whether it has been used since it was started
   * @return whether it has to hibernate first, as memory is short until its turn comes
   */
  public boolean working(long bytes, boolean mayLeave) {
    return placement.pool().working(this, bytes, mayLeave);
  }

  /**
   * The machine has nothing to do, and may be told to hibernate.
   *
   * @param bytes that it holds
   * @param due when it may have something to do again
   */
  public void idle(long bytes, Instant due) {
    placement.pool().idle(this, bytes, due, hibernate);
  }

  /** The machine can't hibernate now. */
  public void stays() {
    placement.pool().stays(this);
  }

  /** There is no machine. */
  public void gone() {
    placement.pool().gone(this);
  }
}
