package org.phonemirror.core.firewall;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.phonemirror.core.subscriber.FirewallRule;
import org.phonemirror.core.subscriber.ServicePolicies;
import org.phonemirror.core.traffic.flow.FlowEnds;

/** A subscriber's rules, in the form in which flows are compared with them. */
final class Rules {
  private static final int TCP = 6;
  private static final int UDP = 17;

  /** A rule, and its domains to look names up in. */
  private record Compiled(FirewallRule rule, Set<String> domains) {}

  private final ServicePolicies.Firewall policy;
  private final List<Compiled> rules;

  Rules(ServicePolicies.Firewall policy) {
    this.policy = policy;
    this.rules =
        policy.rules().stream()
            .map(rule -> new Compiled(rule, new HashSet<>(rule.domains())))
            .toList();
  }

  ServicePolicies.Firewall policy() {
    return policy;
  }

  /** Whether names that TLS clients ask for make a difference. */
  boolean useNames() {
    return policy.rules().stream().anyMatch(rule -> !rule.domains().isEmpty());
  }

  /** Whether downloads make a difference. */
  boolean useContents() {
    return policy.rules().stream().anyMatch(FirewallRule::malware);
  }

  /**
   * The first rule that matches.
   *
   * @param names of the other end, as {@link DnsMessage} writes them
   * @param malware whether what comes from it is known to be malware
   */
  Optional<FirewallRule> first(FlowEnds ends, Collection<String> names, boolean malware) {
    for (Compiled compiled : rules) {
      if (matches(compiled, ends, names, malware)) {
        return Optional.of(compiled.rule());
      }
    }
    return Optional.empty();
  }

  private static boolean matches(
      Compiled compiled, FlowEnds ends, Collection<String> names, boolean malware) {
    FirewallRule rule = compiled.rule();
    return (malware || !rule.malware())
        && matches(rule.protocol(), ends.protocol())
        && (rule.ports().isEmpty()
            || rule.ports().stream().anyMatch(ports -> ports.contains(ends.remotePort())))
        && (rule.networks().isEmpty()
            || rule.networks().stream().anyMatch(network -> network.contains(ends.remote())))
        && (rule.domains().isEmpty()
            || names.stream().anyMatch(name -> isBelow(name, compiled.domains())));
  }

  private static boolean matches(FirewallRule.Protocol protocol, int number) {
    return switch (protocol) {
      case ANY -> true;
      case TCP -> number == TCP;
      case UDP -> number == UDP;
    };
  }

  /** Whether a name or one above it is in a set. */
  private static boolean isBelow(String name, Set<String> domains) {
    int at = 0;
    while (true) {
      if (domains.contains(name.substring(at))) {
        return true;
      }
      int dot = name.indexOf('.', at);
      if (dot < 0) {
        return false;
      }
      at = dot + 1;
    }
  }

  /** The transport of a flow. */
  static FirewallRule.Protocol transport(FlowEnds ends) {
    return ends.protocol() == UDP ? FirewallRule.Protocol.UDP : FirewallRule.Protocol.TCP;
  }
}
