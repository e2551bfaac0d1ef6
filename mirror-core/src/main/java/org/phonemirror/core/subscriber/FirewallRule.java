package org.phonemirror.core.subscriber;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A rule of a subscriber's firewall. It matches a flow that fits all kinds of conditions that it
 * has; of each kind, one is enough, and a kind of which there is none fits every flow.
 *
 * @param name tells it from the subscriber's others, in alerts
 * @param action what happens to what it matches
 * @param protocol of the transport
 * @param networks where the other end is
 * @param ports of the other end
 * @param domains names of the other end, in lower case: each stands for itself and all names below
 *     it
 * @param malware matches only what is being downloaded and known to be malware
 */
public record FirewallRule(
    String name,
    Action action,
    Protocol protocol,
    List<IpNetwork> networks,
    List<PortRange> ports,
    List<String> domains,
    boolean malware) {
  /** Most conditions of a rule, of each kind. */
  public static final int MAX_CONDITIONS = 256;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final String LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
  private static final Pattern DOMAIN = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");

  /** What happens to what a rule matches. */
  public enum Action {
    /** Nothing, whatever later rules say. */
    PASS,
    /** Phone and operator are told. */
    ALERT,
    /** They are told, and the network is asked to let nothing more through. */
    BLOCK
  }

  /** Of the transport. */
  public enum Protocol {
    ANY,
    TCP,
    UDP
  }

  public FirewallRule {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "firewall rule '"
              + name
              + "' must have a name of 1 to 64 letters, digits, dots, dashes or underscores");
    }
    if (Math.max(networks.size(), Math.max(ports.size(), domains.size())) > MAX_CONDITIONS) {
      throw new IllegalArgumentException(
          "firewall rule " + name + " has more than " + MAX_CONDITIONS + " conditions of one kind");
    }
    networks = List.copyOf(networks);
    ports = List.copyOf(ports);
    domains = domains.stream().map(FirewallRule::domain).toList();
  }

  /** A domain as rules have it: in lower case, and without a dot at its end. */
  private static String domain(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    String domain = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    if (domain.length() > 253 || !DOMAIN.matcher(domain).matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no domain: it must be like example.com, in ASCII (RFC 5891 §4.4)");
    }
    return domain;
  }

  /** The rule in a line, for people. */
  public String summary() {
    StringBuilder text = new StringBuilder(name).append(": ");
    text.append(action.name().toLowerCase(Locale.ROOT));
    if (protocol != Protocol.ANY) {
      text.append(' ').append(protocol.name().toLowerCase(Locale.ROOT));
    }
    append(text, " to ", networks);
    append(text, " at port ", ports);
    append(text, " named ", domains);
    return text.append(malware ? " with malware" : "").toString();
  }

  private static void append(StringBuilder text, String before, List<?> values) {
    String separator = before;
    for (Object value : values) {
      text.append(separator).append(value);
      separator = ", ";
    }
  }
}
