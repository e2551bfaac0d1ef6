package org.phonemirror.testnet.sgsn;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tunnel endpoint identifiers of this side. A copy of the traffic does not tell to whom a datagram
 * went, so these are in the upper half of the numbers: GGSNs count from 1.
 */
public final class Teids {
  private static final long UPPER_HALF = 0x8000_0000L;

  private final AtomicLong next = new AtomicLong(new SecureRandom().nextInt(1 << 24));

  /** One that was not given before, unsigned. */
  long next() {
    return UPPER_HALF | (next.getAndIncrement() & (UPPER_HALF - 1));
  }
}
