package org.phonemirror.client;

import java.time.Duration;

/**
 * When to try again after the server was not reached.
 *
 * @param first wait after the first failure; doubles with each further one
 * @param longest longest wait
 */
public record RetryPolicy(Duration first, Duration longest) {
  /** From two seconds to a minute. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(Duration.ofSeconds(2), Duration.ofSeconds(60));

  /** The wait after so many failures in a row, at least 1. */
  public Duration after(int failures) {
    Duration wait = first;
    for (int i = 1; i < failures && wait.compareTo(longest) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(longest) < 0 ? wait : longest;
  }
}
