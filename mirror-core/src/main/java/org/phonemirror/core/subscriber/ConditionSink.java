package org.phonemirror.core.subscriber;

import java.util.Optional;

/** Port: where the network is told how mirrors are, for the operator's other systems. */
@FunctionalInterface
public interface ConditionSink {
  /**
   * Takes a subscriber's mirror's condition; empty when there is no mirror any more. Returns at
   * once and never fails: what cannot be told now is logged, and made good by the next change.
   */
  void tell(Impu subscriber, Optional<MirrorCondition> condition);
}
