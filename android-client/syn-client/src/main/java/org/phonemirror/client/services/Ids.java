package org.phonemirror.client.services;

import java.security.SecureRandom;

/** Numbers of orders. */
final class Ids {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Ids() {}

  /** One that no other order has. */
  static long random() {
    return RANDOM.nextLong() & Long.MAX_VALUE;
  }
}
