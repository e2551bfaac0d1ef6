package org.phonemirror.core.firewall;

import java.util.Map;
import java.util.Optional;
import org.phonemirror.core.subscriber.FirewallRule;

/**
 * What the firewall has done since its start.
 *
 * @param subscribers that have rules now
 * @param rules of them in all
 * @param flows that were looked at
 * @param missed flows and contents that came faster than they could be looked at
 * @param answers of DNS that names were learned from
 * @param names of TLS servers that phones asked for
 * @param downloads whose content was looked at
 * @param malware downloads that were malware
 * @param matched how often a rule matched, by its action
 * @param alerts notices to phones
 * @param alertsFailed those that no mirror took
 * @param blocks that there should be now
 * @param enforced whether there is a node that blocks
 * @param blocksRefused what was not blocked as there was no room, or it was not clear whose address
 *     it is
 * @param enforcementFailures how often enforcement failed
 * @param enforcementFailure why it fails now; empty if it works
 */
public record FirewallStats(
    int subscribers,
    int rules,
    long flows,
    long missed,
    long answers,
    long names,
    long downloads,
    long malware,
    Map<FirewallRule.Action, Long> matched,
    long alerts,
    long alertsFailed,
    int blocks,
    boolean enforced,
    long blocksRefused,
    long enforcementFailures,
    Optional<String> enforcementFailure) {
  public FirewallStats {
    matched = Map.copyOf(matched);
  }
}
