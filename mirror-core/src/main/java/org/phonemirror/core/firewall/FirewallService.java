package org.phonemirror.core.firewall;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.phonemirror.core.service.MirrorService;
import org.phonemirror.core.service.MirrorView;
import org.phonemirror.core.service.NoticeBoard;
import org.phonemirror.core.service.ReplayedInterval;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ProfileSource;
import org.phonemirror.core.subscriber.ServicePolicies;
import org.phonemirror.core.traffic.flow.FlowContent;
import org.phonemirror.core.traffic.flow.FlowEnds;
import org.phonemirror.core.traffic.flow.TrafficObserver;
import org.phonemirror.sync.Notice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over the traffic of subscribers whose profiles have rules of a firewall.
 *
 * <p>Three threads meet here. The traffic monitor's tells what it sees, and only leaves it in a
 * queue: what finds no room there is missed, and counted. The firewall's own takes it from there,
 * and has all state without a lock. Enforcement waits for the network's nodes on a third. What must
 * not be missed does not go through the queue: rules, and whose addresses are, are read where they
 * are at the time.
 */
public final class FirewallService
    implements MirrorService, ProfileSource.Listener, TrafficObserver, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FirewallService.class);
  private static final long POLL_MILLIS = 200;
  private static final long CLOSE_MILLIS = 10_000;
  private static final int UDP = 17;

  private final FirewallSettings settings;
  private final NoticeBoard notices;
  private final Clock clock;
  private final FirewallCounters counters = new FirewallCounters();
  private final Owners owners = new Owners();
  private final Map<Impu, Rules> rules = new ConcurrentHashMap<>();

  /** Of whom the network has told the rules; what mirrors remember of them is older. */
  private final Set<Impu> known = ConcurrentHashMap.newKeySet();

  private final Set<Impu> changed = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<Runnable> events;
  private final AtomicInteger room;
  private final Enforcer enforcer;
  private final Inspector inspector;
  private final Thread thread = new Thread(this::run, "firewall");
  private volatile Consumer<Impu> announcer = subscriber -> {};
  private volatile boolean closed;
  private Instant expired;

  /**
   * Starts without subscribers.
   *
   * @param notices takes what phones are told
   * @param enforcement blocks; see {@link ReportingEnforcement} for networks that can't
   * @param verdicts tells malware
   */
  public FirewallService(
      FirewallSettings settings,
      NoticeBoard notices,
      Enforcement enforcement,
      Verdicts verdicts,
      Clock clock) {
    this.settings = settings;
    this.notices = notices;
    this.clock = clock;
    this.events = new ArrayBlockingQueue<>(settings.events());
    this.room = new AtomicInteger(settings.eventBytes());
    this.expired = clock.instant();
    this.enforcer = new Enforcer(enforcement, settings, clock);
    this.inspector =
        new Inspector(
            settings,
            verdicts,
            owners,
            enforcer,
            counters,
            this::post,
            subscriber -> announcer.accept(subscriber));
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Says whom to ask for the flows that a subscriber has now: {@link
   * org.phonemirror.core.traffic.TrafficMonitor#announce}.
   */
  public void announcer(Consumer<Impu> asked) {
    announcer = asked;
  }

  @Override
  public String name() {
    return "firewall";
  }

  /** The rules are those of this profile at once, whether the mirror is on or off. */
  @Override
  public synchronized void profileChanged(Impu subscriber, Optional<MirrorProfile> profile) {
    if (profile.isPresent()) {
      known.add(subscriber);
    } else {
      known.remove(subscriber);
    }
    goBy(subscriber, profile);
  }

  private void goBy(Impu subscriber, Optional<MirrorProfile> profile) {
    ServicePolicies.Firewall policy =
        profile.map(p -> p.services().firewall()).orElse(ServicePolicies.Firewall.NONE);
    Rules before = rules.get(subscriber);
    if (policy.rules().isEmpty() ? before == null : isOf(before, policy)) {
      return;
    }
    if (policy.rules().isEmpty()) {
      rules.remove(subscriber);
    } else {
      rules.put(subscriber, new Rules(policy));
    }
    changed.add(subscriber);
    wake();
  }

  private static boolean isOf(Rules rules, ServicePolicies.Firewall policy) {
    return rules != null && rules.policy().equals(policy);
  }

  /** While the network can't be asked, a mirror goes by the profile that it had. */
  @Override
  public synchronized void replayed(MirrorView mirror, ReplayedInterval interval) {
    if (!known.contains(mirror.subscriber())) {
      goBy(mirror.subscriber(), Optional.of(mirror.profile()));
    }
  }

  @Override
  public void removed(Impu subscriber) {
    profileChanged(subscriber, Optional.empty());
  }

  /** A content turned out to be malware, of which that was not known when it was downloaded. */
  public void found(String sha256, String malware) {
    if (!events.offer(() -> inspector.found(sha256, malware, clock.instant()))) {
      counters.missed.increment();
    }
  }

  @Override
  public FlowContent opened(Impu subscriber, FlowEnds ends, long micros) {
    Rules present = rules.get(subscriber);
    if (present == null) {
      return FlowContent.NONE;
    }
    if (!events.offer(() -> inspector.opened(subscriber, ends, clock.instant()))) {
      counters.missed.increment();
    }
    boolean datagrams = ends.protocol() == UDP;
    if (datagrams
        ? ends.remotePort() != DnsReader.PORT
        : !present.useNames() && !present.useContents()) {
      return FlowContent.NONE;
    }
    FlowReader reader =
        datagrams
            ? new DnsReader(answer -> inspector.answered(subscriber, answer, clock.instant()))
            : new StreamReader(
                present,
                name -> inspector.named(subscriber, ends, name, clock.instant()),
                () ->
                    new HttpDownloads(
                        settings.bodyBytes(),
                        digest -> inspector.downloaded(subscriber, ends, digest, clock.instant())));
    return new CopiedFlow(events::offer, room, reader, counters, datagrams);
  }

  @Override
  public void running(Impu subscriber, FlowEnds ends, long micros) {
    if (rules.containsKey(subscriber)
        && !events.offer(() -> inspector.running(subscriber, ends, clock.instant()))) {
      counters.missed.increment();
    }
  }

  @Override
  public void addressChanged(long phoneKey, Optional<Impu> owner) {
    owners.changed(phoneKey, owner);
    wake();
  }

  /** There is something to do beside the queue; a full one is awake anyway. */
  private void wake() {
    boolean unused = events.offer(this::heedChanges);
  }

  private void run() {
    while (!closed) {
      try {
        Runnable event = events.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        guarded(this::heedChanges);
        if (event != null) {
          guarded(event);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** One event must not end the others. */
  private static void guarded(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException e) {
      LOG.error("the firewall failed at something, and goes on", e);
    }
  }

  private void heedChanges() {
    Instant now = clock.instant();
    if (!changed.isEmpty()) {
      for (Impu subscriber : Set.copyOf(changed)) {
        changed.remove(subscriber);
        Rules present = rules.get(subscriber);
        if (present == null) {
          inspector.forget(subscriber);
        } else {
          inspector.rules(subscriber, present, now);
        }
      }
    }
    Set<Long> addresses = owners.takeChanged();
    if (!addresses.isEmpty()) {
      inspector.addressesChanged(addresses);
    }
    if (now.isAfter(expired.plusSeconds(1))) {
      expired = now;
      inspector.expire(now);
    }
  }

  private void post(Impu subscriber, Notice notice) {
    counters.alerts.increment();
    var unused =
        notices
            .tell(subscriber, notice)
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    counters.alertsFailed.increment();
                    LOG.warn("{}: was not told: {}", subscriber, failure.getMessage());
                  }
                });
  }

  /** The numbers so far. */
  public FirewallStats stats() {
    return new FirewallStats(
        rules.size(),
        rules.values().stream().mapToInt(those -> those.policy().rules().size()).sum(),
        counters.flows.sum(),
        counters.missed.sum(),
        counters.answers.sum(),
        counters.names.sum(),
        counters.downloads.sum(),
        counters.malware.sum(),
        counters.matched(),
        counters.alerts.sum(),
        counters.alertsFailed.sum(),
        inspector.blocks(),
        enforcer.isEffective(),
        counters.blocksRefused.sum(),
        enforcer.failures(),
        enforcer.failure());
  }

  /** Watches no more, and lifts all blocks. */
  @Override
  public void close() {
    closed = true;
    wake();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    enforcer.close();
  }
}
