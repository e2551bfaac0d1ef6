package org.phonemirror.core.firewall;

import java.time.Duration;

/**
 * What the firewall may take, and how often it speaks.
 *
 * @param alertPeriod a rule and a destination are told of once in it, and then how often they met
 * @param destinations most rules and destinations that a subscriber is told of by name in one
 *     period; of the rest, only how many
 * @param blockFor for how long something is blocked that is not seen again
 * @param blocksPerSubscriber most blocks of one subscriber; the oldest goes
 * @param blocks most blocks of all; what comes then is told but not blocked
 * @param namesPerSubscriber most addresses of one subscriber whose names are remembered; the least
 *     recently used goes
 * @param names most such addresses of all
 * @param events most events that wait for the firewall's thread; what comes then is missed
 * @param eventBytes most bytes of content that wait
 * @param bodyBytes longest download that is looked at
 * @param downloads most contents that are remembered, in case they turn out to be malware
 * @param retry pause after enforcement failed, doubled each time up to {@link #maxRetry}
 * @param maxRetry the longest such pause
 * @param compare how often what is blocked is compared with what should be
 */
public record FirewallSettings(
    Duration alertPeriod,
    int destinations,
    Duration blockFor,
    int blocksPerSubscriber,
    int blocks,
    int namesPerSubscriber,
    int names,
    int events,
    int eventBytes,
    long bodyBytes,
    int downloads,
    Duration retry,
    Duration maxRetry,
    Duration compare) {
  /** For some ten thousand phones. */
  public static final FirewallSettings DEFAULT =
      new FirewallSettings(
          Duration.ofHours(1),
          20,
          Duration.ofHours(1),
          256,
          65_536,
          512,
          200_000,
          65_536,
          32 << 20,
          1L << 30,
          8_192,
          Duration.ofSeconds(1),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5));

  public FirewallSettings {
    if (destinations < 1
        || blocksPerSubscriber < 1
        || blocks < blocksPerSubscriber
        || namesPerSubscriber < 1
        || names < namesPerSubscriber
        || events < 1
        || eventBytes < 1
        || downloads < 1
        || retry.compareTo(maxRetry) > 0) {
      throw new IllegalArgumentException(
          "limits of the firewall contradict each other: each must be at least 1, and what is for"
              + " one subscriber no more than what is for all");
    }
  }

  /** With other times of enforcement. */
  public FirewallSettings withEnforcement(Duration first, Duration longest, Duration every) {
    return new FirewallSettings(
        alertPeriod,
        destinations,
        blockFor,
        blocksPerSubscriber,
        blocks,
        namesPerSubscriber,
        names,
        events,
        eventBytes,
        bodyBytes,
        downloads,
        first,
        longest,
        every);
  }
}
