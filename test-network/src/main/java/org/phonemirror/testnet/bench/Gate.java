package org.phonemirror.testnet.bench;

import java.util.concurrent.CountDownLatch;

/**
 * Holds a receiving thread up while a burst is sent to it, so that what is compared finds the same
 * number of datagrams waiting, as on a busy link: on an idle one the quicker receiver is woken more
 * often, and looks slower.
 */
final class Gate {
  private volatile CountDownLatch latch = new CountDownLatch(0);

  void close() {
    latch = new CountDownLatch(1);
  }

  void open() {
    latch.countDown();
  }

  /** Returns when the gate is open. */
  void pass() {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
