package org.phonemirror.core.upload;

import java.net.InetAddress;
import java.time.Duration;

/**
 * Web servers that files are put to.
 *
 * @param destinations where to it may connect
 * @param timeout without progress
 */
public record WebSettings(Destinations destinations, Duration timeout) {
  /**
   * Which addresses files may be put to. Subscribers name the hosts, so that without it they would
   * reach into the operator's own networks. The address that was asked about is the one that is
   * connected to.
   */
  @FunctionalInterface
  public interface Destinations {
    boolean allow(InetAddress address);
  }
}
