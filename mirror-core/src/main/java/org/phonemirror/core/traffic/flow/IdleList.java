package org.phonemirror.core.traffic.flow;

import java.time.Duration;
import java.util.Optional;

/**
 * Flows of one kind in the order of their last use. Each flow holds its own place, so that moving
 * one to the end, which every packet does, costs a few assignments.
 */
final class IdleList {
  private final long timeoutMicros;
  private Flow oldest;
  private Flow newest;

  IdleList(Duration timeout) {
    timeoutMicros = timeout.toNanos() / 1000;
  }

  /** Moves a flow from where it is to this list's end. */
  void use(Flow flow, long micros) {
    remove(flow);
    flow.list = this;
    flow.usedMicros = micros;
    flow.before = newest;
    if (newest == null) {
      oldest = flow;
    } else {
      newest.after = flow;
    }
    newest = flow;
  }

  /** Takes a flow out of the list that it is in, if any. */
  static void remove(Flow flow) {
    IdleList list = flow.list;
    if (list == null) {
      return;
    }
    if (flow.before == null) {
      list.oldest = flow.after;
    } else {
      flow.before.after = flow.after;
    }
    if (flow.after == null) {
      list.newest = flow.before;
    } else {
      flow.after.before = flow.before;
    }
    flow.list = null;
    flow.before = null;
    flow.after = null;
  }

  Optional<Flow> oldest() {
    return Optional.ofNullable(oldest);
  }

  /** The oldest flow if it was not used for longer than flows of this kind are kept. */
  Optional<Flow> expired(long micros) {
    return oldest().filter(flow -> micros - flow.usedMicros > timeoutMicros);
  }
}
