package org.phonemirror.core.upload;

import java.net.URI;
import java.time.Duration;

/**
 * The MMS relay (MM1, TS 23.140 §8.1).
 *
 * @param relay where it takes messages by HTTP
 * @param numberHeader header field in which a trusted gateway tells the sender's number, for
 *     example {@code X-MSISDN}
 * @param messageBytes largest message that it takes
 * @param timeout without progress
 */
public record MmsSettings(URI relay, String numberHeader, long messageBytes, Duration timeout) {
  public MmsSettings {
    String scheme = relay.getScheme();
    if (relay.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
      throw new IllegalArgumentException("MMS relay '" + relay + "' must be an HTTP URL");
    }
    if (!numberHeader.matches("[A-Za-z0-9-]+")) {
      throw new IllegalArgumentException("'" + numberHeader + "' is no name of a header field");
    }
    if (messageBytes < 1) {
      throw new IllegalArgumentException("MMS of " + messageBytes + " bytes, must be positive");
    }
  }
}
