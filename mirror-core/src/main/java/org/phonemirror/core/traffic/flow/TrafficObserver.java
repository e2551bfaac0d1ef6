package org.phonemirror.core.traffic.flow;

import java.util.Optional;
import org.phonemirror.core.subscriber.Impu;

/**
 * Watches subscribers' traffic as it is recorded.
 *
 * <p>It is called on the monitor's one thread, between two packets: it has to return within about
 * the time that a packet takes, and hands what takes longer to a thread of its own. If it fails,
 * that is logged, and recording goes on.
 */
public interface TrafficObserver {
  /** Watches nothing. */
  TrafficObserver NONE = (subscriber, ends, micros) -> FlowContent.NONE;

  /**
   * A flow began, or its beginning was not seen.
   *
   * @param micros when, by the server's clock, since the epoch
   * @return who follows what is in it, or {@link FlowContent#NONE}
   */
  FlowContent opened(Impu subscriber, FlowEnds ends, long micros);

  /** A flow that began before is there still; told where somebody asked for it. */
  default void running(Impu subscriber, FlowEnds ends, long micros) {}

  /**
   * Whose an address is has changed.
   *
   * @param phoneKey of the address, as {@link
   *     org.phonemirror.core.traffic.packet.Addresses#phoneKey(java.net.InetAddress)} has it
   * @param owner who alone has it; empty if that is nobody who is watched, or more than one
   */
  default void addressChanged(long phoneKey, Optional<Impu> owner) {}
}
