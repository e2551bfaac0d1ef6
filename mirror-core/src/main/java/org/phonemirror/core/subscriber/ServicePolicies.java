package org.phonemirror.core.subscriber;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the services may do for a subscriber.
 *
 * @param download of the download cache
 * @param upload of the upload relay
 * @param antivirus of the scans
 * @param firewall of the firewall
 */
public record ServicePolicies(
    Download download, Upload upload, Antivirus antivirus, Firewall firewall) {
  /** Those of a profile that names none. */
  public static final ServicePolicies USUAL =
      new ServicePolicies(
          new Download(1L << 30, Duration.ofDays(7), false),
          new Upload(true, 500_000),
          new Antivirus(true),
          Firewall.NONE);

  /** Without rules of a firewall. */
  public ServicePolicies(Download download, Upload upload, Antivirus antivirus) {
    this(download, upload, antivirus, Firewall.NONE);
  }

  /** With other rules of the firewall. */
  public ServicePolicies withFirewall(Firewall other) {
    return new ServicePolicies(download, upload, antivirus, other);
  }

  /**
   * The download cache.
   *
   * @param quotaBytes most bytes that it keeps for the subscriber; 0 switches it off
   * @param keep for how long a file stays
   * @param atOnce whether the phone is told by a message of its own, without waiting for the next
   *     synchronization
   */
  public record Download(long quotaBytes, Duration keep, boolean atOnce) {
    public Download {
      if (quotaBytes < 0) {
        throw new IllegalArgumentException(
            "download quota is " + quotaBytes + ", must be 0 or more");
      }
      if (keep.isNegative() || keep.isZero() || keep.compareTo(Duration.ofDays(366)) > 0) {
        throw new IllegalArgumentException(
            "downloads are kept for " + keep + ", must be up to 366 days");
      }
    }
  }

  /**
   * The upload relay.
   *
   * @param allowed whether files are sent for the subscriber at all
   * @param thresholdBytes shortest file that the phone leaves to the relay
   */
  public record Upload(boolean allowed, long thresholdBytes) {
    public Upload {
      if (thresholdBytes < 0) {
        throw new IllegalArgumentException(
            "upload threshold is " + thresholdBytes + ", must be 0 or more");
      }
    }
  }

  /**
   * The scans.
   *
   * @param automatic whether changed files are scanned after every interval without being asked
   */
  public record Antivirus(boolean automatic) {}

  /**
   * The firewall.
   *
   * @param rules of which the first one that matches counts; what none matches passes
   */
  public record Firewall(List<FirewallRule> rules) {
    /** Most rules of a subscriber. */
    public static final int MAX_RULES = 64;

    /** Lets everything pass. */
    public static final Firewall NONE = new Firewall(List.of());

    public Firewall {
      rules = List.copyOf(rules);
      if (rules.size() > MAX_RULES) {
        throw new IllegalArgumentException(
            "firewall has " + rules.size() + " rules, must be at most " + MAX_RULES);
      }
      Set<String> names = new HashSet<>();
      for (FirewallRule rule : rules) {
        if (!names.add(rule.name())) {
          throw new IllegalArgumentException(
              "firewall has two rules '" + rule.name() + "': alerts name them, so rename one");
        }
      }
    }
  }
}
