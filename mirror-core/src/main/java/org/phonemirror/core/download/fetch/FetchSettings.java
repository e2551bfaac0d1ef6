package org.phonemirror.core.download.fetch;

import java.time.Duration;
import java.util.Set;

/**
 * How files are fetched.
 *
 * @param addresses where from
 * @param ports the TCP ports that may be used
 * @param connectTime how long a server may take to accept a connection
 * @param answerTime how long it may take to the end of an answer's head, with TLS
 * @param idleTime how long it may send nothing, and over which the speed is measured
 * @param minBytesPerSecond what comes more slowly is given up, and resumed later
 * @param maxRedirects how often it may send us elsewhere
 * @param userAgent who we say we are
 */
public record FetchSettings(
    AddressRules addresses,
    Set<Integer> ports,
    Duration connectTime,
    Duration answerTime,
    Duration idleTime,
    long minBytesPerSecond,
    int maxRedirects,
    String userAgent) {
  public FetchSettings {
    ports = Set.copyOf(ports);
    if (!userAgent.matches("[ -~]{1,200}")) {
      throw new IllegalArgumentException("user agent must be 1 to 200 printable ASCII characters");
    }
  }

  /** The values to use where there is no reason for others. */
  public static FetchSettings defaults() {
    return new FetchSettings(
        AddressRules.INTERNET,
        Set.of(80, 443, 8080, 8443),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(30),
        1024,
        10,
        "PhoneMirror/0.1");
  }

  /** With other addresses and ports. */
  public FetchSettings with(AddressRules otherAddresses, Set<Integer> otherPorts) {
    return new FetchSettings(
        otherAddresses,
        otherPorts,
        connectTime,
        answerTime,
        idleTime,
        minBytesPerSecond,
        maxRedirects,
        userAgent);
  }

  /** With other limits of time. */
  public FetchSettings withTimes(Duration connect, Duration answer, Duration idle) {
    return new FetchSettings(
        addresses, ports, connect, answer, idle, minBytesPerSecond, maxRedirects, userAgent);
  }
}
