package org.phonemirror.core.placement;

import java.util.Optional;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.MachineUsage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one machine costs, call by call; ends it when an interval costs too much. */
public final class MachineMeter {
  private static final Logger LOG = LoggerFactory.getLogger(MachineMeter.class);

  private final Place place;
  private final CpuGuard guard;
  private final Machine machine;
  private MachineUsage last = MachineUsage.NONE;
  private long spentMicros;
  private boolean over;
  private boolean told;
  private boolean inCall;
  private Runnable cancel = () -> {};

  MachineMeter(Place place, CpuGuard guard, Machine machine) {
    this.place = place;
    this.guard = guard;
    this.machine = machine;
  }

  /** Something that is done with the machine. */
  @FunctionalInterface
  public interface Call<T> {
    T run() throws MachineException;
  }

  public Machine machine() {
    return machine;
  }

  /** What it held and had used when it was last measured. */
  public synchronized MachineUsage last() {
    return last;
  }

  /** A new interval, of which nothing is used yet. */
  public synchronized void beginInterval() {
    spentMicros = 0;
  }

  /**
   * Calls the machine, and measures what that has cost.
   *
   * @throws CpuLimitException if this interval costs more than it may; the machine has to be closed
   *     then, if it is not yet
   */
  public <T> T run(Call<T> call) throws MachineException, CpuLimitException {
    begin();
    try {
      T result = call.run();
      measure();
      return result;
    } catch (MachineException e) {
      synchronized (this) {
        if (over) {
          CpuLimitException exceeded = new CpuLimitException(spentMicros, guard.limit());
          exceeded.addSuppressed(e);
          throw exceeded;
        }
      }
      throw e;
    } finally {
      end();
    }
  }

  private synchronized void begin() {
    inCall = true;
    watch(spentMicros);
  }

  private synchronized void end() {
    inCall = false;
    cancel.run();
  }

  private void watch(long spent) {
    cancel = guard.later(guard.limit().toNanos() / 1000 - spent, this::look);
  }

  /** While a call is under way. */
  private void look() {
    try {
      MachineUsage now = machine.usage();
      synchronized (this) {
        if (!inCall) {
          return;
        }
        long spent = spentMicros + since(now);
        if (spent <= guard.limit().toNanos() / 1000) {
          watch(spent);
          return;
        }
        spentMicros = spent;
        over = true;
      }
      machine.close();
    } catch (MachineException e) {
      // it has ended: the call under way fails of that
      LOG.debug("not measured", e);
    }
  }

  private void measure() throws CpuLimitException {
    Optional<MachineUsage> now = usage();
    synchronized (this) {
      if (now.isPresent() && !over) {
        long spent = since(now.get());
        last = now.get();
        spentMicros += spent;
        place.charge(spent);
      }
      if (over || spentMicros > guard.limit().toNanos() / 1000) {
        throw new CpuLimitException(spentMicros, guard.limit());
      }
    }
  }

  /** A host that does not tell is no reason to throw away what was done. */
  private Optional<MachineUsage> usage() {
    try {
      return Optional.of(machine.usage());
    } catch (MachineException e) {
      if (!told) {
        told = true;
        LOG.warn("a machine's CPU time and memory are not counted: {}", e.getMessage());
      }
      return Optional.empty();
    }
  }

  /** A process that is new, as after a boot, has used all of its time since. */
  private long since(MachineUsage now) {
    long more = now.cpuMicros() - last.cpuMicros();
    return more >= 0 ? more : now.cpuMicros();
  }
}
