package org.phonemirror.core.mms;

import java.util.concurrent.atomic.LongAdder;

/** Lets every message pass, and counts them. */
public final class CountingPolicy implements MessagePolicy {
  private final LongAdder submitted = new LongAdder();
  private final LongAdder delivered = new LongAdder();

  @Override
  public Decision decide(Passage passage) {
    (passage.point() == Point.SUBMISSION ? submitted : delivered).increment();
    return new Decision.Proceed();
  }

  /** Messages that subscribers handed in. */
  public long submitted() {
    return submitted.sum();
  }

  /** Messages that were about to be delivered to subscribers. */
  public long delivered() {
    return delivered.sum();
  }
}
