package org.phonemirror.core.placement;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all mirrors of a server share. */
public final class Placement implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Placement.class);

  private final ReplayQueue queue;
  private final ResidentPool pool;
  private final Capacity capacity;
  private final CpuGuard guard;
  private final Lateness lateness = new Lateness();
  private final Set<Place> refused = ConcurrentHashMap.newKeySet();
  private final Clock clock;

  /**
   * Of a server.
   *
   * @param state a directory on the disk that mirrors are saved on
   */
  public Placement(PlacementSettings settings, Path state, Clock clock) {
    this.clock = clock;
    this.queue = new ReplayQueue(settings.parallelism(), clock);
    this.pool = new ResidentPool(settings.memoryBytes(), settings.parallelism(), clock);
    this.capacity = new Capacity(settings, queue::overdue, () -> freeBytes(state));
    this.guard = new CpuGuard(settings.cpuPerInterval());
  }

  private static long freeBytes(Path directory) {
    try {
      return Files.getFileStore(directory).getUsableSpace();
    } catch (IOException e) {
      LOG.warn("can't tell what is free in {}, so no new mirror is let in", directory, e);
      return 0;
    }
  }

  /**
   * A mirror's place.
   *
   * @param hibernate tells the mirror to save its machine and end it; must not wait
   */
  public Place place(Runnable hibernate) {
    return new Place(this, hibernate);
  }

  /** How it is now. */
  public PlacementFigures figures() {
    return new PlacementFigures(
        queue.depth(),
        queue.overdue(),
        lateness.count(),
        lateness.begun(),
        lateness.ended(),
        capacity.size(),
        refused.size(),
        capacity.demand(),
        pool.size(),
        pool.bytes(),
        pool.left());
  }

  ReplayQueue queue() {
    return queue;
  }

  ResidentPool pool() {
    return pool;
  }

  Capacity capacity() {
    return capacity;
  }

  CpuGuard guard() {
    return guard;
  }

  Lateness lateness() {
    return lateness;
  }

  Set<Place> refused() {
    return refused;
  }

  Clock clock() {
    return clock;
  }

  @Override
  public void close() {
    queue.close();
    guard.close();
  }
}
