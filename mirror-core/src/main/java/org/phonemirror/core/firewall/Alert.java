package org.phonemirror.core.firewall;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.phonemirror.core.subscriber.FirewallRule;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;

/**
 * What phone and operator are told of.
 *
 * @param rule name of the rule that matched
 * @param host name or address of the other end
 * @param port of the other end
 * @param protocol of the transport
 * @param malware what a download from there is
 * @param outcome what was done about it
 * @param count how often it happened since it was told last
 */
record Alert(
    String rule,
    String host,
    int port,
    FirewallRule.Protocol protocol,
    Optional<String> malware,
    Outcome outcome,
    long count) {
  static final String TOPIC = "firewall-alert";

  /** What was done. */
  enum Outcome {
    SEEN("If you do not know it, look for the program that speaks to it."),
    BLOCKED("It is blocked now; who needs it asks the operator to change the rule."),
    NOT_BLOCKED("It should be blocked, but the network can't: do without it.");

    private final String advice;

    Outcome(String advice) {
      this.advice = advice;
    }
  }

  Alert withCount(long happened) {
    return new Alert(rule, host, port, protocol, malware, outcome, happened);
  }

  /** What tells it from others. */
  Alert key() {
    return new Alert(rule, host, port, protocol, Optional.empty(), Outcome.SEEN, 0);
  }

  String text() {
    String where = host + ", " + protocol.name().toLowerCase(Locale.ROOT) + " port " + port;
    String what =
        malware.isPresent()
            ? "The phone got malware (" + malware.get() + ") from " + where
            : "The phone speaks to " + where;
    String times = count > 1 ? ", " + count + " times" : "";
    String advice =
        malware.isPresent() ? "Delete what was downloaded. " + outcome.advice : outcome.advice;
    return what + times + " (rule " + rule + "). " + advice;
  }

  Notice notice() {
    return new Notice(
        TOPIC,
        List.of(
            new Field("rule", rule),
            new Field("host", host),
            new Field("port", Integer.toString(port)),
            new Field("action", outcome.name().toLowerCase(Locale.ROOT).replace('_', '-')),
            new Field("count", Long.toString(count)),
            new Field(Notice.TEXT, text())));
  }

  /** So many more came, of so many things that there was no place for. */
  static Notice others(long count) {
    return new Notice(
        TOPIC,
        List.of(
            new Field("rule", "others"),
            new Field("host", "others"),
            new Field("port", "0"),
            new Field("count", Long.toString(count)),
            new Field(
                Notice.TEXT,
                "Beyond the destinations told of by name, firewall rules matched "
                    + count
                    + " times. If you do not know why, look for a program that floods the"
                    + " network.")));
  }
}
