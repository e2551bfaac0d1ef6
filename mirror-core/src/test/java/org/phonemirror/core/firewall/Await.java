package org.phonemirror.core.firewall;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what other threads do. */
public final class Await {
  private static final long SECONDS = 60;

  private Await() {}

  /** Returns when it is so. */
  public static void until(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not in " + SECONDS + " s: " + what);
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }
}
