package org.phonemirror.sip;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the mirror plane and tells it of phones, both on a thread of its own, so that SIP threads
 * wait for neither. One thread keeps the order of a phone's registrations. The queue is bounded:
 * when the plane hangs, registrations are refused after a while and the network knows.
 */
final class PresenceRelay implements AutoCloseable {
  /** How the plane is. */
  enum Status {
    STARTING,
    UP,
    DOWN
  }

  private static final Logger LOG = LoggerFactory.getLogger(PresenceRelay.class);
  private static final long CLOSE_MILLIS = 70_000;

  private final Callable<? extends MirrorPlane> starter;
  private final BlockingQueue<Registration> queue;
  private final Thread thread;
  private volatile Status status = Status.STARTING;
  private volatile Optional<MirrorPlane> plane = Optional.empty();
  private volatile String outage = "are being started; registrations wait for them";

  PresenceRelay(Callable<? extends MirrorPlane> starter, int capacity) {
    this.starter = starter;
    this.queue = new ArrayBlockingQueue<>(capacity);
    this.thread = new Thread(this::run, "mirror-presence");
    thread.setDaemon(true);
    thread.start();
  }

  Status status() {
    return status;
  }

  /** The plane while it is up. */
  Optional<MirrorPlane> plane() {
    return plane;
  }

  /** Why there is no plane, for people. */
  String outage() {
    return outage;
  }

  /** Takes a registration to be told; false if the plane is down or does not keep up. */
  boolean offer(Registration registration) {
    return status != Status.DOWN && queue.offer(registration);
  }

  /** Takes a registration to be told; logs if it is not. */
  void tell(Registration registration) {
    if (!offer(registration)) {
      LOG.warn("{} is lost: the mirror plane is down or does not keep up", registration);
    }
  }

  private void run() {
    try (MirrorPlane started = starter.call()) {
      plane = Optional.of(started);
      status = Status.UP;
      untilClosed(started);
    } catch (Exception | LinkageError e) {
      LOG.error("The mirror plane is down: registrations are refused, calls and messages go on", e);
      outage =
          "did not start ("
              + e.getMessage()
              + "): registrations are refused, calls and messages go on. Mend that, and restart";
    } finally {
      plane = Optional.empty();
      status = Status.DOWN;
      for (Registration lost = queue.poll(); lost != null; lost = queue.poll()) {
        LOG.warn("{} was taken, but the mirrors never heard of it", lost);
      }
    }
  }

  /** Returns with the interrupt taken, so that the plane can save its mirrors in peace. */
  private void untilClosed(MirrorPlane started) {
    try {
      while (true) {
        tell(started, queue.take());
      }
    } catch (InterruptedException e) {
      LOG.info("The mirror plane stops");
      outage = "are being stopped";
    }
  }

  private static void tell(MirrorPlane plane, Registration registration) {
    try {
      if (registration.active()) {
        plane.presence().phoneOn(registration.subscriber());
      } else {
        plane.presence().phoneOff(registration.subscriber());
      }
    } catch (RuntimeException e) {
      LOG.error("The mirror plane failed to take {}", registration, e);
    }
  }

  /** Stops the plane. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOG.warn("The mirror plane has not stopped within {} ms", CLOSE_MILLIS);
    }
  }
}
