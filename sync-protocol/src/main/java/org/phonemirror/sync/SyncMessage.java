package org.phonemirror.sync;

/**
 * A message of the phone's stream. The sequence numbers of a phone's messages are consecutive over
 * its whole life, across restarts; the first is 1. A message that is sent again carries the same
 * number and the same content, which makes sending again harmless.
 */
public sealed interface SyncMessage permits Boot, Batch, Shutdown {
  /** Place in the phone's stream, from 1. */
  long sequence();

  /** When what it tells was complete, in microseconds since the epoch, by the phone's clock. */
  long endMicros();
}
