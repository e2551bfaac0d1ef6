package org.phonemirror.core.download;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Waits for threads that were told to end. */
final class Closing {
  private static final long SECONDS = 30;

  private Closing() {}

  static void await(ExecutorService threads) {
    try {
      if (!threads.awaitTermination(SECONDS, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
