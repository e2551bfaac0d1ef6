package org.phonemirror.core.antivirus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.phonemirror.core.antivirus.Listing.ListedFile;
import org.phonemirror.core.antivirus.ScanRequest.Action;
import org.phonemirror.core.antivirus.Scans.Scan;
import org.phonemirror.core.antivirus.clamd.ClamdClient;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.service.MirrorService;
import org.phonemirror.core.service.MirrorView;
import org.phonemirror.core.service.NoticeBoard;
import org.phonemirror.core.service.ReplayedInterval;
import org.phonemirror.core.service.SettledStorage;
import org.phonemirror.core.store.Database.Work;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.Order;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scans the phones' user storage on their mirrors, by ClamAV's clamd.
 *
 * <p>After each interval it is looked up which contents of the mirror have no verdict by the
 * present signatures: those of open orders, and, if the profile says so, all. They are hard-linked
 * into a spool, from where threads of its own send them to clamd; the mirror goes on. A verdict
 * belongs to the content and is told to all who hold it. What the mirror held before and has a
 * verdict costs nothing but a look-up.
 *
 * <p>A signature update makes all verdicts old: each mirror's contents are scanned anew when it has
 * its next interval, each content from whichever mirror comes first.
 *
 * <p>"Clean" is said only of a content that clamd got as a whole, whose SHA-256 is that of the
 * storage tree, and of which clamd, set to tell of its limits, said OK.
 */
public final class AntivirusService implements MirrorService, AutoCloseable {
  /** What orders call it. */
  public static final String NAME = "antivirus";

  private static final Logger LOG = LoggerFactory.getLogger(AntivirusService.class);
  private static final long CLOSING_SECONDS = 10;

  private final AntivirusSettings settings;
  private final NoticeBoard board;
  private final Clock clock;
  private final ScanDatabase database;
  private final VerdictStore verdicts;
  private final Holdings holdings;
  private final Outbox outbox;
  private final Findings findings;
  private final Scans scans;
  private final Spool spool;
  private final ClamdWatch watch;
  private final Results results = new Results();
  private final Scanner scanner;
  private final Intake intake;
  private final Courier courier;
  private final OrderDesk desk;
  private final ScheduledExecutorService watching =
      Executors.newSingleThreadScheduledExecutor(run -> new Thread(run, "antivirus-watch"));

  private volatile MalwareListener listener = (sha256, malware) -> {};
  private final Map<Impu, Rest> atRest = new ConcurrentHashMap<>();

  /** Is told of contents that turn out to be malware. */
  @FunctionalInterface
  public interface MalwareListener {
    /** It is known from now on; returns at once. */
    void found(String sha256, String malware);
  }

  /** Of this storage, everything is known, for so long. */
  private record Rest(String root, Optional<String> version, boolean automatic, Instant until) {
    boolean covers(Rest now) {
      return root.equals(now.root)
          && version.equals(now.version)
          && automatic == now.automatic
          && now.until.isBefore(until);
    }
  }

  private AntivirusService(AntivirusSettings settings, NoticeBoard board, Clock clock)
      throws IOException {
    this.settings = settings;
    this.board = board;
    this.clock = clock;
    this.spool =
        Spool.open(
            settings.directory().resolve("spool"), settings.spoolBytes(), settings.spoolFiles());
    this.database = ScanDatabase.open(settings.directory());
    this.verdicts = new VerdictStore(database, clock, settings.failedAgainAfter());
    this.holdings = new Holdings(database);
    this.outbox = new Outbox(database);
    Action unasked = settings.quarantine() ? Action.QUARANTINE : Action.REPORT;
    this.findings = new Findings(database, outbox, clock, unasked);
    this.courier = new Courier(outbox, board);
    this.scans = new Scans(database, findings, outbox, clock);
    this.desk = new OrderDesk(scans, holdings, findings, outbox);
    ClamdClient clamd = new ClamdClient(settings.clamd(), settings.limits());
    this.watch = new ClamdWatch(clamd, verdicts, clock, this::outageGoesOn);
    this.scanner = new Scanner(clamd, watch, spool, verdicts, results);
    this.intake =
        new Intake(spool, scanner, scans, holdings, verdicts, settings.limits().contentBytes());
  }

  /**
   * Opens the service and goes on where it was left.
   *
   * @param board may be used at once; while it fails, notices wait
   * @throws IOException if the database or the spool can't be opened
   */
  public static AntivirusService start(AntivirusSettings settings, NoticeBoard board, Clock clock)
      throws IOException {
    AntivirusService service = new AntivirusService(settings, board, clock);
    try {
      service.start();
      return service;
    } catch (IOException | RuntimeException e) {
      service.close();
      throw e;
    }
  }

  private void start() throws IOException {
    sweep();
    spool.contents().forEach(scanner::add);
    scanner.start(settings.scanners());
    var unused =
        watching.scheduleWithFixedDelay(
            this::look, 0, settings.versionEvery().toMillis(), TimeUnit.MILLISECONDS);
    courier.call();
  }

  /** Lets go of what nobody waits for. */
  private void sweep() throws IOException {
    for (String content : spool.contents()) {
      if (!scans.wants(content) && !holdings.wants(content)) {
        spool.remove(content);
      }
    }
  }

  private void look() {
    try {
      watch.look();
    } catch (RuntimeException e) {
      LOG.error("can't look after clamd", e);
    }
  }

  /** Says who is told of malware, beside the phones that have it. */
  public void listener(MalwareListener told) {
    listener = told;
  }

  @Override
  public String name() {
    return NAME;
  }

  /** What the phone has put into quarantine goes from its mirror, too. */
  @Override
  public void replayed(MirrorView mirror, ReplayedInterval interval) throws MachineException {
    List<StorageWrite> gone = desk.quarantined(mirror.subscriber(), interval.orders());
    if (!gone.isEmpty()) {
      for (String refusal : mirror.write(gone)) {
        LOG.warn("{}: in quarantine on the phone only: {}", mirror.subscriber(), refusal);
      }
    }
  }

  /** The malware that a content is known to be, as of the signatures that clamd has now. */
  public Optional<String> malware(String sha256) {
    return verdicts
        .get(sha256)
        .filter(verdict -> verdict.kind() == Verdict.Kind.INFECTED)
        .map(Verdict::detail);
  }

  @Override
  public void settled(MirrorView mirror, ReplayedInterval interval, SettledStorage storage)
      throws MachineException {
    Impu subscriber = mirror.subscriber();
    boolean automatic = mirror.profile().services().antivirus().automatic();
    String root = HexFormat.of().formatHex(storage.tree().hash());
    Rest now = new Rest(root, verdicts.version(), automatic, clock.instant());
    Rest rest = atRest.get(subscriber);
    if (interval.orders().isEmpty() && rest != null && rest.covers(now)) {
      return;
    }
    atRest.remove(subscriber);
    Work<Bill> work = () -> book(subscriber, interval, storage, automatic);
    Bill bill = interval.orders().isEmpty() ? database.run(work) : database.durably(work);
    intake.take(mirror, bill.wanted);
    courier.call();
    List<Scan> open = scans.open(subscriber);
    open.forEach(this::tellProgress);
    if (bill.isEmpty() && open.isEmpty() && verdicts.version().equals(now.version)) {
      Instant until = clock.instant().plus(settings.failedAgainAfter());
      atRest.put(subscriber, new Rest(now.root, now.version, automatic, until));
    }
  }

  /** What is left to do for a mirror. */
  private record Bill(List<ListedFile> wanted, boolean moreToTell) {
    boolean isEmpty() {
      return wanted.isEmpty() && !moreToTell;
    }
  }

  /** Brings the books up to date. */
  private Bill book(
      Impu subscriber, ReplayedInterval interval, SettledStorage storage, boolean automatic) {
    Listing listing = new Listing(storage.tree());
    Set<String> ordered = new HashSet<>();
    for (Order order : interval.orders()) {
      ordered.addAll(desk.take(subscriber, order, storage, listing));
    }
    holdings.update(subscriber, listing, automatic, ordered, interval.endMicros());
    List<ListedFile> wanted = intake.wanted(subscriber, listing, automatic);
    scans.finish(subscriber);
    Optional<String> version = verdicts.version();
    return new Bill(wanted, version.isPresent() && findings.announceTo(subscriber, version.get()));
  }

  private void tellProgress(Scan scan) {
    board
        .tell(
            scan.subscriber(),
            ScanNotices.progress(scan.order(), scan.done(), scan.counts().files()))
        .exceptionally(
            e -> {
              LOG.warn("{} is not told of the progress of a scan", scan.subscriber(), e);
              return null;
            });
  }

  private final class Results implements Scanner.Results {
    private final Map<Verdict.Kind, Long> counts = new ConcurrentHashMap<>();

    long count(Verdict.Kind kind) {
      return counts.getOrDefault(kind, 0L);
    }

    @Override
    public void known(String sha256, String version, Verdict verdict) {
      database.run(
          () -> {
            verdicts.put(sha256, version, verdict);
            scans.resolve(sha256, verdict);
            if (verdict.kind() == Verdict.Kind.INFECTED) {
              findings.announceContent(sha256, version);
            }
            return null;
          });
      counts.merge(verdict.kind(), 1L, Long::sum);
      if (verdict.kind() == Verdict.Kind.INFECTED) {
        listener.found(sha256, verdict.detail());
      }
      courier.call();
    }

    @Override
    public void spoilt(String sha256, Reason reason, String text) {
      LOG.warn("{} is not scanned: {}", sha256, text);
      database.run(
          () -> {
            scans.attemptFailed(sha256, Verdict.failed(reason, "it can't be read as it was"));
            return null;
          });
      courier.call();
    }
  }

  private void outageGoesOn(Instant since, String reason) {
    Instant now = clock.instant();
    for (Scan scan : scans.open()) {
      Instant from = scan.at().isAfter(since) ? scan.at() : since;
      if (!from.plus(settings.patience()).isAfter(now)) {
        LOG.warn("a scan for {} is given up: {}", scan.subscriber(), reason);
        database.durably(
            () -> {
              scans.fail(
                  scan, Reason.UNAVAILABLE, "the virus scanner is out of order; scan again later");
              return null;
            });
      }
    }
    courier.call();
  }

  /** How it is, and what it has done. */
  public AntivirusStats stats() {
    return new AntivirusStats(
        watch.outage(),
        verdicts.version(),
        spool.files(),
        spool.bytes(),
        scans.openCount(),
        findings.present(),
        results.count(Verdict.Kind.CLEAN),
        results.count(Verdict.Kind.INFECTED),
        results.count(Verdict.Kind.FAILED));
  }

  /** What was found on a subscriber's phone, and what became of it. */
  public List<Finding> findings(Impu subscriber) {
    return findings.of(subscriber);
  }

  @Override
  public void removed(Impu subscriber) {
    database.durably(
        () -> {
          scans.forget(subscriber);
          findings.forget(subscriber);
          holdings.forget(subscriber);
          outbox.forget(subscriber);
          return null;
        });
    atRest.remove(subscriber);
    try {
      sweep();
    } catch (IOException e) {
      throw new UncheckedIOException("can't clear the spool", e);
    }
  }

  /** Ends the threads. Scans that are not done go on after the next start. */
  @Override
  public void close() {
    scanner.close();
    watching.shutdownNow();
    try {
      if (!watching.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("clamd keeps its watch waiting");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    courier.close();
    database.close();
  }
}
