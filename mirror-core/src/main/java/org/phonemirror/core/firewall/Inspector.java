package org.phonemirror.core.firewall;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.phonemirror.core.subscriber.FirewallRule;
import org.phonemirror.core.subscriber.FirewallRule.Action;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.traffic.flow.FlowEnds;
import org.phonemirror.sync.Notice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares what phones do with their subscribers' rules; all on the firewall's one thread. */
final class Inspector {
  private static final Logger LOG = LoggerFactory.getLogger(Inspector.class);

  /** A subscriber that has rules. */
  private static final class Subject {
    private final LearnedNames names;
    private final Alerts alerts;
    private Rules rules;
    private Instant announced = Instant.MIN;

    Subject(Rules rules, LearnedNames names, Alerts alerts) {
      this.rules = rules;
      this.names = names;
      this.alerts = alerts;
    }
  }

  private final FirewallSettings settings;
  private final Verdicts verdicts;
  private final Enforcer enforcer;
  private final FirewallCounters counters;
  private final BiConsumer<Impu, Notice> board;
  private final Consumer<Impu> announcer;
  private final Map<Impu, Subject> subjects = new HashMap<>();
  private final LearnedNames.Room room;
  private final Blocks blocks;
  private final Downloads downloads;

  /**
   * Begins without subscribers.
   *
   * @param board takes what phones are told
   * @param announcer is asked for a subscriber's running flows
   */
  Inspector(
      FirewallSettings settings,
      Verdicts verdicts,
      Owners owners,
      Enforcer enforcer,
      FirewallCounters counters,
      BiConsumer<Impu, Notice> board,
      Consumer<Impu> announcer) {
    this.settings = settings;
    this.verdicts = verdicts;
    this.enforcer = enforcer;
    this.counters = counters;
    this.board = board;
    this.announcer = announcer;
    this.room = new LearnedNames.Room(settings.names());
    this.blocks = new Blocks(settings, owners, enforcer);
    this.downloads = new Downloads(settings.downloads());
  }

  int blocks() {
    return blocks.size();
  }

  /** A subscriber's rules are these from now on. */
  void rules(Impu subscriber, Rules rules, Instant now) {
    Subject subject =
        subjects.computeIfAbsent(
            subscriber,
            impu ->
                new Subject(
                    rules,
                    new LearnedNames(settings.namesPerSubscriber(), room),
                    new Alerts(settings)));
    subject.rules = rules;
    blocks.review(subscriber, rules);
    announce(subscriber, subject, now);
  }

  private void announce(Impu subscriber, Subject subject, Instant now) {
    subject.announced = now;
    announcer.accept(subscriber);
  }

  /** A subscriber has no rules any more. */
  void forget(Impu subscriber) {
    blocks.lift(subscriber);
    Subject subject = subjects.remove(subscriber);
    if (subject != null) {
      subject.names.clear();
    }
  }

  /** A flow began. */
  void opened(Impu subscriber, FlowEnds ends, Instant now) {
    Subject subject = subjects.get(subscriber);
    if (subject != null) {
      counters.flows.increment();
      judge(subject, contact(subject, subscriber, ends, now), Optional.empty(), false, now);
    }
  }

  /** A flow is there that began before. */
  void running(Impu subscriber, FlowEnds ends, Instant now) {
    Subject subject = subjects.get(subscriber);
    if (subject != null) {
      judge(subject, contact(subject, subscriber, ends, now), Optional.empty(), true, now);
    }
  }

  private static Contact contact(Subject subject, Impu subscriber, FlowEnds ends, Instant now) {
    return new Contact(subscriber, ends, subject.names.of(ends.remote(), now));
  }

  /** An answer of DNS told names of addresses. */
  void answered(Impu subscriber, DnsMessage answer, Instant now) {
    Subject subject = subjects.get(subscriber);
    if (subject != null) {
      counters.answers.increment();
      subject.names.learn(answer, now);
    }
  }

  /** A TLS client told the name of the server that it wants. */
  void named(Impu subscriber, FlowEnds ends, String name, Instant now) {
    Subject subject = subjects.get(subscriber);
    if (subject == null) {
      return;
    }
    counters.names.increment();
    Contact before = contact(subject, subscriber, ends, now);
    Contact after = before.named(name);
    // what matched without the name was judged when the flow began
    if (!subject
        .rules
        .first(ends, after.names(), false)
        .equals(subject.rules.first(ends, before.names(), false))) {
      judge(subject, after, Optional.empty(), false, now);
    }
  }

  /** A content was downloaded. */
  void downloaded(Impu subscriber, FlowEnds ends, String sha256, Instant now) {
    Subject subject = subjects.get(subscriber);
    if (subject == null) {
      return;
    }
    counters.downloads.increment();
    Contact contact = contact(subject, subscriber, ends, now);
    Optional<String> malware = verdicts.malware(sha256);
    if (malware.isPresent()) {
      foundIn(subject, contact, malware.get(), now);
    } else {
      downloads.add(sha256, contact);
    }
  }

  /** A content turned out to be malware. */
  void found(String sha256, String malware, Instant now) {
    for (Contact contact : downloads.take(sha256)) {
      Subject subject = subjects.get(contact.subscriber());
      if (subject != null) {
        foundIn(subject, contact, malware, now);
      }
    }
  }

  private void foundIn(Subject subject, Contact contact, String malware, Instant now) {
    counters.malware.increment();
    judge(subject, contact, Optional.of(malware), false, now);
  }

  private void judge(
      Subject subject, Contact contact, Optional<String> malware, boolean running, Instant now) {
    Optional<FirewallRule> first =
        subject.rules.first(contact.ends(), contact.names(), malware.isPresent());
    // another rule was heeded already, when the flow began
    if (first.isEmpty() || (malware.isPresent() && !first.get().malware())) {
      return;
    }
    FirewallRule rule = first.get();
    if (!running) {
      counters.matched(rule.action());
    }
    if (rule.action() == Action.PASS) {
      return;
    }
    Alert.Outcome outcome = Alert.Outcome.SEEN;
    if (rule.action() == Action.BLOCK) {
      boolean held = blocks.hold(contact, malware.isPresent(), now) != Blocks.Outcome.REFUSED;
      if (!held) {
        counters.blocksRefused.increment();
      }
      outcome = held && enforcer.isEffective() ? Alert.Outcome.BLOCKED : Alert.Outcome.NOT_BLOCKED;
    }
    Alert alert =
        new Alert(
            rule.name(),
            contact.host(),
            contact.ends().remotePort(),
            Rules.transport(contact.ends()),
            malware,
            outcome,
            1);
    if (!running || !subject.alerts.knows(alert)) {
      tell(contact.subscriber(), subject.alerts.happened(alert, now));
    }
  }

  private void tell(Impu subscriber, List<Notice> notices) {
    for (Notice notice : notices) {
      LOG.warn("{}: firewall: {}", subscriber, notice.text());
      board.accept(subscriber, notice);
    }
  }

  /** Whose addresses are has changed. */
  void addressesChanged(Set<Long> phoneKeys) {
    blocks.addressesChanged(phoneKeys);
  }

  /** To be called every second or so. */
  void expire(Instant now) {
    Duration pause = settings.blockFor().dividedBy(8);
    for (Impu subscriber : blocks.expire(now)) {
      Subject subject = subjects.get(subscriber);
      if (subject != null && subject.announced.isBefore(now.minus(pause))) {
        announce(subscriber, subject, now);
      }
    }
    subjects.forEach(
        (subscriber, subject) -> {
          subject.names.expire(now);
          tell(subscriber, subject.alerts.expire(now));
        });
  }
}
