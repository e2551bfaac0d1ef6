package org.phonemirror.core.traffic;

import java.util.Map;
import org.phonemirror.core.tape.Mark;
import org.phonemirror.core.traffic.packet.Discard;

/**
 * What a {@link TrafficMonitor} has seen since its start.
 *
 * @param packets datagrams of the copy
 * @param bytes in them
 * @param discarded by reason, what was not recorded: garbage, and phones that nobody knows
 * @param connections TCP connections
 * @param exchanges UDP exchanges
 * @param marked flows that can't be replayed, by mark
 * @param holes ranges of bytes that the copy lost
 * @param evictedFlows flows that went because there were too many
 * @param earlyDropped segments that came too early to be kept
 * @param intervalDropped things that were not recorded as their interval was full
 * @param uncutDropped things that went because nobody asked for their tape
 * @param sessionsDropped session content that came faster than it could be recorded
 * @param timesBackwards times that went backwards
 * @param flows flows that are followed, as of the last second
 * @param contexts PDP contexts that are known, as of the last second
 */
public record TrafficStats(
    long packets,
    long bytes,
    Map<Discard, Long> discarded,
    long connections,
    long exchanges,
    Map<Mark, Long> marked,
    long holes,
    long evictedFlows,
    long earlyDropped,
    long intervalDropped,
    long uncutDropped,
    long sessionsDropped,
    long timesBackwards,
    int flows,
    int contexts) {
  public TrafficStats {
    discarded = Map.copyOf(discarded);
    marked = Map.copyOf(marked);
  }

  /** What was discarded for a reason. */
  public long discarded(Discard reason) {
    return discarded.getOrDefault(reason, 0L);
  }

  /** Flows with a mark. */
  public long marked(Mark mark) {
    return marked.getOrDefault(mark, 0L);
  }
}
