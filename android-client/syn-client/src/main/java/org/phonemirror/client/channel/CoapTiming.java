package org.phonemirror.client.channel;

import java.time.Duration;

/**
 * How long the channel waits.
 *
 * @param acknowledgement first wait for an answer before a message is sent again; the next ones
 *     double (RFC 7252 §4.2, ACK_TIMEOUT)
 * @param retransmissions how often it is sent again (MAX_RETRANSMIT). Few, as the client itself
 *     tries again later, with a new handshake
 * @param response wait for an answer that the server has announced
 */
public record CoapTiming(Duration acknowledgement, int retransmissions, Duration response) {
  /** For mobile networks: fails after 14 to 21 seconds. */
  public static final CoapTiming DEFAULT =
      new CoapTiming(Duration.ofSeconds(2), 2, Duration.ofSeconds(30));
}
