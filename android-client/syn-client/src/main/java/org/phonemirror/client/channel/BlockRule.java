package org.phonemirror.client.channel;

import java.util.function.LongSupplier;

/**
 * How long the blocks of a message are (RFC 7959), by the link and by what went before.
 *
 * <p>A UMTS network gives a phone a dedicated channel when more waits in its buffer (of RLC, TS
 * 25.322) than a threshold of the operator's: 151 bytes up in the one that F. Qian et al. measured
 * (Characterizing Radio Resource Allocation for 3G Networks, IMC 2010). It keeps it for 6 s after
 * the last packet, and the shared channel for 4 s more. A message in small blocks, each of which is
 * acknowledged before the next, never exceeds that threshold and stays on the shared channel. But
 * each block takes a round trip there, in which that channel needs power, too: about 0.13 J, where
 * promotion and tail of the dedicated channel take 4.5 J more than those of the shared one. So
 * beyond some 35 blocks the dedicated channel is cheaper, and always faster.
 *
 * <p>Messages that follow close upon each other, as after an outage, count as one. Once the
 * dedicated channel is there, it costs nothing to use it.
 *
 * <p>Not safe for use by several threads.
 */
public final class BlockRule {
  /** Payload of a datagram in bytes: what fits is one datagram up and one down. */
  public static final int USUAL = 1024;

  /**
   * The same on the shared channel: with the headers of IPv4, UDP, DTLS and CoAP below 151 bytes.
   */
  public static final int SMALL = 64;

  /** Most bytes at a time that are cheaper over the shared channel; a whole number of blocks. */
  public static final int MOST_SHARED = 32 * SMALL;

  /** The dedicated channel is kept for so long after the last packet. */
  private static final long DEDICATED_NANOS = 6_000_000_000L;

  /** The shared channel is. */
  private static final long SHARED_NANOS = 4_000_000_000L;

  private final LinkState state;
  private final LongSupplier nanoTime;
  private long quietSince;
  private int shared;
  private boolean dedicated;
  private boolean begun;

  /**
   * A rule for one channel.
   *
   * @param nanoTime a clock that goes on while the phone sleeps
   */
  public BlockRule(LinkState state, LongSupplier nanoTime) {
    this.state = state;
    this.nanoTime = nanoTime;
  }

  /** Of a phone that can't tell what its link is: usual blocks. */
  public static BlockRule usual() {
    return new BlockRule(LinkState.UNKNOWN, System::nanoTime);
  }

  /** Whether so long a message goes over the shared channel, if nothing went before. */
  public static boolean isShared(Link link, long length) {
    return link == Link.UMTS && length <= MOST_SHARED;
  }

  /**
   * The longest block of the message that is sent now.
   *
   * @param length of the message in bytes
   */
  int blockFor(int length) {
    if (state.link() != Link.UMTS) {
      begun = false;
      return USUAL;
    }
    long quiet = nanoTime.getAsLong() - quietSince;
    if (!begun || quiet > (dedicated ? DEDICATED_NANOS : SHARED_NANOS)) {
      begun = true;
      dedicated = false;
      shared = 0;
    }
    dedicated |= !isShared(Link.UMTS, (long) shared + length);
    if (dedicated) {
      return USUAL;
    }
    shared += length;
    return SMALL;
  }

  /** The message that was sent last has been answered, or given up. */
  void ended() {
    quietSince = nanoTime.getAsLong();
  }
}
