package org.phonemirror.core.traffic.flow;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.phonemirror.core.tape.Mark;

/** What became of flows, since the start. */
public final class FlowCounters {
  public final LongAdder connections = new LongAdder();
  public final LongAdder exchanges = new LongAdder();

  /** Flows that went because there were too many. */
  public final LongAdder evicted = new LongAdder();

  /** Ranges of bytes that the copy lost. */
  public final LongAdder holes = new LongAdder();

  /** Segments that came too early to be kept. */
  public final LongAdder earlyDropped = new LongAdder();

  /** Things that were not recorded as their interval was full. */
  public final LongAdder intervalDropped = new LongAdder();

  /** Things that went because nobody cut them. */
  public final LongAdder uncutDropped = new LongAdder();

  /** Times that went backwards. */
  public final LongAdder timesBackwards = new LongAdder();

  private final Map<Mark, LongAdder> marks = new EnumMap<>(Mark.class);

  public FlowCounters() {
    for (Mark mark : Mark.values()) {
      marks.put(mark, new LongAdder());
    }
  }

  void marked(Mark mark) {
    marks.get(mark).increment();
  }

  /** Marked flows by mark; a mark that no flow has is not there. */
  public Map<Mark, Long> marks() {
    Map<Mark, Long> snapshot = new EnumMap<>(Mark.class);
    marks.forEach(
        (mark, count) -> {
          if (count.sum() > 0) {
            snapshot.put(mark, count.sum());
          }
        });
    return snapshot;
  }
}
