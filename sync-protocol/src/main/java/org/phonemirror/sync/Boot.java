package org.phonemirror.sync;

/**
 * The phone has booted and its user's session begins: the initial time of the synchronization.
 *
 * @param sequence place in the phone's stream
 * @param bootId a random number of this boot, which the later messages repeat: a batch that comes
 *     with another phone's key or after a missed boot is recognized by it
 * @param timeMicros start of the session, in microseconds since the epoch, by the phone's clock
 * @param model the phone's model, which names the factory template
 * @param software version of its software, as the model's images tell it, which names a version of
 *     the template; empty if the phone doesn't tell
 */
public record Boot(long sequence, long bootId, long timeMicros, String model, String software)
    implements SyncMessage {
  public Boot {
    Check.range("sequence", sequence, 1, Long.MAX_VALUE / 4);
    Check.range("boot id", bootId, 0, 0xffff_ffffL);
    Check.range("time", timeMicros, 0, Long.MAX_VALUE / 4);
    Check.text("phone model", model, Limits.MAX_TEXT_BYTES);
    Check.text("software", software, Limits.MAX_TEXT_BYTES);
  }

  /** Of a phone that doesn't tell its software. */
  public Boot(long sequence, long bootId, long timeMicros, String model) {
    this(sequence, bootId, timeMicros, model, "");
  }

  @Override
  public long endMicros() {
    return timeMicros;
  }
}
