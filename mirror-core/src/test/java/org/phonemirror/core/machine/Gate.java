package org.phonemirror.core.machine;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Where the next call of a kind waits, until it is let on or its machine is closed. */
public final class Gate {
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch open = new CountDownLatch(1);

  /** Waits until the call is there. */
  public void awaitReached() throws InterruptedException {
    if (!reached.await(20, TimeUnit.SECONDS)) {
      throw new AssertionError("nothing has come to the gate within 20 s");
    }
  }

  /** Lets the call go on. */
  public void open() {
    open.countDown();
  }

  void pass() throws MachineException {
    reached.countDown();
    try {
      open.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MachineException("interrupted at a gate", e);
    }
  }
}
