package org.phonemirror.client.queue;

import org.phonemirror.sync.Limits;

/**
 * How much a {@link MessageQueue} keeps.
 *
 * @param messages most messages
 * @param bytes most bytes of messages
 * @param reserve how many of the messages only boots and shutdowns may be; they may exceed the
 *     bytes, too
 */
public record QueueLimits(int messages, long bytes, int reserve) {
  /** Enough for a day without the network at an interval of 30 s, in 8 MB. */
  public static final QueueLimits DEFAULT =
      new QueueLimits(Limits.MAX_QUEUED_MESSAGES, 8L * 1024 * 1024, 256);

  public QueueLimits {
    if (reserve < 1 || messages <= reserve || bytes < 1) {
      throw new IllegalArgumentException(
          "a queue of "
              + messages
              + " messages and "
              + bytes
              + " bytes can't have a reserve of "
              + reserve);
    }
  }
}
