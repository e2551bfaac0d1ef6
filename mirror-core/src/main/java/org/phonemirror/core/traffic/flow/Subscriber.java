package org.phonemirror.core.traffic.flow;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.tape.SessionContent;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.traffic.packet.Fragments;

/** A subscriber that is watched: its flows, and what was recorded of them. */
public final class Subscriber {
  private final Impu impu;
  private final FlowCounters counters;
  private final Fragments fragments;
  private final Recording recording;
  private final ClockOffset clock = new ClockOffset();

  /** In the order of their last use. */
  private final Map<FlowKey, Flow> flows = new LinkedHashMap<>(16, 0.75f, true);

  private long lastMicros;
  private long nextFlow;

  /**
   * Begins without flows.
   *
   * @param nowMicros the ids of its flows begin here, so that they are higher than those of any
   *     time before
   */
  Subscriber(
      Impu impu, FlowLimits limits, FlowCounters counters, Fragments fragments, long nowMicros) {
    this.impu = impu;
    this.counters = counters;
    this.fragments = fragments;
    this.recording = new Recording(limits, counters);
    this.nextFlow = nowMicros;
  }

  public Impu impu() {
    return impu;
  }

  Fragments fragments() {
    return fragments;
  }

  Recording recording() {
    return recording;
  }

  Map<FlowKey, Flow> flows() {
    return flows;
  }

  Optional<Flow> leastRecentlyUsed() {
    return flows.isEmpty() ? Optional.empty() : Optional.of(flows.values().iterator().next());
  }

  Track newTrack(FlowKey key) {
    return new Track(nextFlow++, key.copy());
  }

  /** This time, unless a later one was seen already. */
  long monotone(long micros) {
    if (micros < lastMicros) {
      counters.timesBackwards.increment();
      return lastMicros;
    }
    lastMicros = micros;
    return micros;
  }

  /**
   * An interval's batch arrived.
   *
   * @param phoneMicros the interval's end by the phone's clock
   * @param serverMicros its arrival by the server's
   */
  public void intervalEnded(long phoneMicros, long serverMicros) {
    clock.observe(phoneMicros, serverMicros);
    recording.intervalEnded();
  }

  /** Records what signalling carried. */
  public void session(SessionContent content) {
    // it was stamped by another thread, so packets may have come in between
    lastMicros = Math.max(lastMicros, content.timeMicros());
    boolean unused = recording.add(new Item.Session(lastMicros, content, bytes(content)));
  }

  private static int bytes(SessionContent content) {
    return content.body().length
        + content.method().length()
        + content.peer().length()
        + content.contentType().length();
  }

  /** The tape of [start, end) by the phone's clock. */
  public Tape cut(long startMicros, long endMicros) {
    return recording.cut(startMicros, endMicros, clock.micros());
  }

  /** Forgets what was recorded. */
  public void forget() {
    recording.clear();
  }
}
