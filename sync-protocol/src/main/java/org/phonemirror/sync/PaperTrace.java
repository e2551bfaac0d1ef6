package org.phonemirror.sync;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Traces in the form of the paper's prototype: 32 bytes per key, "which includes the key pressing
 * time, key releasing time and key id" (§5.1). The paper does not tell the layout; this is our
 * reading of it, all numbers little-endian:
 *
 * <pre>
 * offset  bytes
 *      0      8  press time, microseconds since the epoch
 *      8      8  release time, microseconds since the epoch
 *     16      4  key id, an evdev key code
 *     20     12  zero
 * </pre>
 */
public final class PaperTrace {
  /** Length of a record. */
  public static final int RECORD_BYTES = 32;

  private static final int PADDING_OFFSET = 20;

  private PaperTrace() {}

  /**
   * One key, pressed and released.
   *
   * @param pressMicros in microseconds since the epoch
   * @param releaseMicros in microseconds since the epoch, after the press
   * @param keyId evdev key code
   */
  public record Tap(long pressMicros, long releaseMicros, int keyId) {
    public Tap {
      Check.range("press time", pressMicros, 0, Long.MAX_VALUE / 4);
      Check.range("release time", releaseMicros, pressMicros + 1, Long.MAX_VALUE / 4);
      Check.range("key id", keyId, 0, Limits.MAX_EVENT_CODE);
    }
  }

  /**
   * Reads a trace.
   *
   * @throws MalformedMessageException if a record is cut short or breaks the layout; the text tells
   *     which
   */
  public static List<Tap> read(byte[] trace) throws MalformedMessageException {
    ByteBuffer in = ByteBuffer.wrap(trace).order(ByteOrder.LITTLE_ENDIAN);
    List<Tap> taps = new ArrayList<>();
    for (int start = 0; start < trace.length; start += RECORD_BYTES) {
      if (trace.length - start < RECORD_BYTES) {
        throw new MalformedMessageException(
            "trace ends within the record at byte " + start + "; records have 32 bytes");
      }
      for (int i = start + PADDING_OFFSET; i < start + RECORD_BYTES; i++) {
        if (trace[i] != 0) {
          throw new MalformedMessageException("byte " + i + " of the trace must be zero");
        }
      }
      try {
        taps.add(new Tap(in.getLong(start), in.getLong(start + 8), in.getInt(start + 16)));
      } catch (IllegalArgumentException e) {
        throw new MalformedMessageException("record at byte " + start + ": " + e.getMessage(), e);
      }
    }
    return taps;
  }

  /** Writes a trace. */
  public static byte[] write(List<Tap> taps) {
    ByteBuffer out = ByteBuffer.allocate(taps.size() * RECORD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (Tap tap : taps) {
      out.putLong(tap.pressMicros).putLong(tap.releaseMicros).putInt(tap.keyId);
      out.putLong(0).putInt(0);
    }
    return out.array();
  }

  /**
   * The taps as input events in order of time: a press and a release each, as reports of their own.
   * Events that would have the same time are set apart by a microsecond.
   */
  public static List<InputEvent> toEvents(List<Tap> taps, int device) {
    List<InputEvent> events = new ArrayList<>();
    for (Tap tap : taps) {
      events.add(new InputEvent(tap.pressMicros, device, InputEvent.EV_KEY, tap.keyId, 1));
      events.add(new InputEvent(tap.releaseMicros, device, InputEvent.EV_KEY, tap.keyId, 0));
    }
    events.sort(Comparator.comparingLong(InputEvent::timeMicros));
    List<InputEvent> apart = new ArrayList<>();
    long earliest = 0;
    for (InputEvent event : events) {
      long micros = Math.max(earliest, event.timeMicros());
      apart.add(new InputEvent(micros, device, event.type(), event.code(), event.value()));
      earliest = micros + 1;
    }
    return apart;
  }
}
