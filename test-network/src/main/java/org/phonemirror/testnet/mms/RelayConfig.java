package org.phonemirror.testnet.mms;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;

/**
 * Where a relay is and what it takes.
 *
 * @param mm1 where phones reach it by HTTP
 * @param advertised the same as phones see it, for example {@code http://10.0.2.2:8190/}
 * @param sip own address for SIP
 * @param icscf where its messages enter the IMS
 * @param home domain of the home network
 * @param limits what it takes
 * @param retry between two attempts to notify a phone that is off
 */
public record RelayConfig(
    InetSocketAddress mm1,
    URI advertised,
    InetSocketAddress sip,
    InetSocketAddress icscf,
    String home,
    Limits limits,
    Duration retry) {
  /**
   * What a relay takes.
   *
   * @param messageBytes largest message; TS 23.140 §5.3 leaves it to the operator
   * @param messages that wait for their recipients at one time
   * @param storeBytes all that waits
   * @param expiry of a message, at most
   */
  public record Limits(int messageBytes, int messages, long storeBytes, Duration expiry) {
    /** What a content class "image rich" needs (OMA-TS-MMS-CONF §7), and three days. */
    public static Limits defaults() {
      return new Limits(300 * 1024, 10_000, 256L << 20, Duration.ofDays(3));
    }
  }

  /** With the defaults for the rest. */
  public static RelayConfig of(
      InetSocketAddress mm1,
      URI advertised,
      InetSocketAddress sip,
      InetSocketAddress icscf,
      String home) {
    return new RelayConfig(
        mm1, advertised, sip, icscf, home, Limits.defaults(), Duration.ofSeconds(5));
  }

  /** Takes something else. */
  public RelayConfig with(Limits others) {
    return new RelayConfig(mm1, advertised, sip, icscf, home, others, retry);
  }
}
