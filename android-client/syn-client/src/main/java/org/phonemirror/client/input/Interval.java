package org.phonemirror.client.input;

import java.util.List;
import org.phonemirror.sync.InputEvent;

/**
 * The input of one closed interval [start, start + length).
 *
 * @param startMicros in microseconds since the epoch
 * @param lengthMicros in microseconds
 * @param events in order of time; those of one report are neighbours
 * @param lost how many events are known to be missing
 */
public record Interval(long startMicros, long lengthMicros, List<InputEvent> events, long lost) {
  public Interval {
    events = List.copyOf(events);
  }

  /** The interval's end, in microseconds since the epoch. */
  public long endMicros() {
    return startMicros + lengthMicros;
  }
}
