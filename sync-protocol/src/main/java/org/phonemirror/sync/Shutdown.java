package org.phonemirror.sync;

/**
 * The user's session has ended in good order and the phone is about to be off.
 *
 * @param sequence place in the phone's stream
 * @param bootId the {@link Boot} that it belongs to
 * @param timeMicros when the session was told to end, in microseconds since the epoch
 * @param digest the phone's user storage after the session's end
 */
public record Shutdown(long sequence, long bootId, long timeMicros, StorageDigest digest)
    implements SyncMessage {
  public Shutdown {
    Check.range("sequence", sequence, 1, Long.MAX_VALUE / 4);
    Check.range("boot id", bootId, 0, 0xffff_ffffL);
    Check.range("time", timeMicros, 0, Long.MAX_VALUE / 4);
  }

  @Override
  public long endMicros() {
    return timeMicros;
  }
}
