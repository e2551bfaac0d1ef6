package org.phonemirror.core.firewall;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.phonemirror.core.subscriber.FirewallRule;

/**
 * Port: the node of the network that can keep packets from passing. It is called on one thread,
 * which may wait; the phone does not wait for it.
 */
public interface Enforcement {
  /**
   * What is kept from passing, in both directions.
   *
   * @param subscriber the phone's address
   * @param destination the other end's, of the same version of IP
   * @param port the other end's
   * @param protocol TCP or UDP
   */
  record Target(
      InetAddress subscriber, InetAddress destination, int port, FirewallRule.Protocol protocol) {
    public Target {
      if (protocol == FirewallRule.Protocol.ANY || port < 0 || port > 65_535) {
        throw new IllegalArgumentException(
            "blocking " + protocol + " port " + port + ": must be TCP or UDP, from 0 to 65535");
      }
      if (!subscriber.getClass().equals(destination.getClass())) {
        throw new IllegalArgumentException(
            subscriber + " and " + destination + " are of different versions of IP");
      }
    }
  }

  /**
   * A target, and how long it is blocked.
   *
   * @param until when it passes again, if nobody asks anew
   */
  record Block(Target target, Instant until) {}

  /** Blocks, all or none; one that is there already gets its new time. */
  void block(Collection<Block> blocks) throws IOException;

  /** Lets pass again, all or none; what is not blocked is left as it is. */
  void unblock(Collection<Target> targets) throws IOException;

  /** What is blocked now. */
  List<Block> list() throws IOException;

  /** Whether packets are really kept from passing. */
  default boolean isEffective() {
    return true;
  }
}
