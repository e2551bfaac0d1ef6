package org.phonemirror.core.traffic.flow;

/**
 * A connection that was opened towards the phone. It is not recorded, as a mirror's programs don't
 * wait for connections at the phone's own address; it is known so that its segments are not taken
 * for a connection of the phone whose start was not seen.
 */
final class InboundConnection extends Flow {
  InboundConnection(Subscriber subscriber, Track track, FlowCounters counters) {
    super(subscriber, track, counters);
  }
}
