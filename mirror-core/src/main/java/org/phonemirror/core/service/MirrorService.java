package org.phonemirror.core.service;

import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.subscriber.Impu;

/**
 * Does something for subscribers with their mirrors.
 *
 * <p>Its calls about one mirror come one at a time, in the order of the intervals, on a thread that
 * may block; but the mirror follows its phone no further before they return. What takes long, or
 * waits for others, belongs on threads of the service's own.
 *
 * <p>After a breakdown an interval may come again, with its orders: a service keeps the ids of what
 * it has begun, durably, before it returns. A {@link MachineException} throws the machine away, and
 * the interval comes again; any other failure is told to the phone as the answer to the interval's
 * orders.
 *
 * <p>An interval may also come again long after, when a mirror is built again, and ids need not be
 * kept so long: it is {@linkplain ReplayedInterval#repeated() marked}. What an order does to the
 * mirror's storage is then to be done again; what it does outside must not be.
 */
public interface MirrorService {
  /** What orders call it, for example {@code download}. */
  String name();

  /**
   * An interval was replayed, and the storages are to be compared: the moment to give the mirror
   * what its phone got outside of the network.
   */
  default void replayed(MirrorView mirror, ReplayedInterval interval) throws MachineException {}

  /** The storages were compared, and repaired as far as the phone's answers went. */
  default void settled(MirrorView mirror, ReplayedInterval interval, SettledStorage storage)
      throws MachineException {}

  /** The subscriber has no mirror any more: nothing of it may be kept. May come again. */
  default void removed(Impu subscriber) {}
}
