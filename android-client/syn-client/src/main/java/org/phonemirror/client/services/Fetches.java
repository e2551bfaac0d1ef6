package org.phonemirror.client.services;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.phonemirror.client.PhoneClock;
import org.phonemirror.client.RetryPolicy;
import org.phonemirror.client.repair.PhoneConditions;
import org.phonemirror.client.services.Fetcher.Result;
import org.phonemirror.sync.Limits;
import org.phonemirror.sync.Notice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that the server keeps for the phone: they are fetched when that costs nothing, or when the
 * user says so. The list is on the medium, and so is what has come of each file.
 *
 * <p>A file appears in user storage and is reported by an order in one go, on the engine's thread
 * between two batches: so the batch of the interval in which it appeared has the order, and the
 * mirror gets it in the same interval. When the client is killed in between, the order is made at
 * the next start, before any batch.
 *
 * <p>All methods are called on the engine's thread.
 */
final class Fetches implements AutoCloseable {
  static final String WAITING = "waiting";
  static final String WANTED = "wanted";
  static final String LANDING = "landing";
  static final String DONE = "done";
  static final String PATH = "path";
  static final String SHA256 = "sha256";

  private static final Logger LOG = LoggerFactory.getLogger(Fetches.class);
  private static final int MAX_FILES = 128;
  private static final int MAX_WRONG = 2;

  /** What becomes of files. */
  interface Outcomes {
    /** It is in user storage; on return the order that tells so is durable. */
    void fetched(Entry file) throws IOException;

    /** It will not be fetched. */
    void failed(Entry file, String reason, String text);

    /** It waits for something that the user can do. */
    void delayed(Entry file, String reason, String text);
  }

  private static final class Trouble {
    int failures;
    int wrong;
    long notBeforeMicros;
    boolean told;
  }

  private final EntryFile file;
  private final Path parts;
  private final DownloadFolder folder;
  private final Fetcher fetcher;
  private final PhoneConditions conditions;
  private final RetryPolicy retry;
  private final PhoneClock clock;
  private final Executor engine;
  private final Outcomes outcomes;
  private final Map<Long, Trouble> troubles = new HashMap<>();
  private List<Entry> entries;
  private Optional<Long> running = Optional.empty();
  private boolean on;

  Fetches(
      EntryFile file,
      Path parts,
      DownloadFolder folder,
      PhoneConditions conditions,
      RetryPolicy retry,
      PhoneClock clock,
      Executor engine,
      Outcomes outcomes)
      throws IOException {
    this.file = file;
    this.parts = parts;
    this.folder = folder;
    this.fetcher = new Fetcher();
    this.conditions = conditions;
    this.retry = retry;
    this.clock = clock;
    this.engine = engine;
    this.outcomes = outcomes;
    this.entries = file.load();
  }

  /** Goes to this server from now on. */
  void setServer(FileServer server) {
    fetcher.setServer(server);
  }

  /** User storage is there, until {@link #stop}. */
  void start() {
    on = true;
  }

  /** Leaves user storage alone. */
  void stop() {
    on = false;
  }

  /** All that are known. */
  List<Entry> known() {
    return List.copyOf(entries);
  }

  /**
   * The server has a file; a second notice about it brings its newest address.
   *
   * @throws IllegalArgumentException if the notice is not to be understood, or there are too many
   * @throws IOException if the list can't be stored
   */
  void cached(Notice notice) throws IOException {
    String order = notice.first(Notice.ORDER).orElse("");
    Optional<Entry> known = entries.stream().filter(e -> isOf(e, order)).findFirst();
    Entry fresh =
        new Entry(
            known.map(Entry::key).orElseGet(Ids::random),
            clock.wallMicros(),
            known.map(Entry::state).orElse(WAITING),
            notice.first("name").orElse(""),
            notice.fields());
    if (known.filter(e -> e.state().equals(LANDING) || e.state().equals(DONE)).isPresent()) {
      return;
    }
    try {
      wanted(fresh);
      expiry(fresh);
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    List<Entry> changed = new ArrayList<>(entries);
    known.ifPresent(changed::remove);
    if (changed.size() >= MAX_FILES) {
      changed.removeIf(e -> e.state().equals(DONE));
    }
    if (changed.size() >= MAX_FILES) {
      throw new IllegalArgumentException(MAX_FILES + " files wait; fetch or cancel them first");
    }
    changed.add(fresh);
    save(changed);
  }

  private static boolean isOf(Entry entry, String order) {
    return entry.first(Notice.ORDER).filter(order::equals).isPresent();
  }

  /** The server has it no longer, or the user does not want it any more. */
  void forget(String order) throws IOException {
    for (Entry entry : known()) {
      if (isOf(entry, order) && !entry.state().equals(LANDING)) {
        remove(entry);
      }
    }
  }

  /** The user wants this one now, or all, at whatever cost; how many that are. */
  int want(Optional<String> order) throws IOException {
    int count = 0;
    for (Entry entry : known()) {
      boolean meant = !order.isPresent() || isOf(entry, order.get());
      boolean waits = entry.state().equals(WAITING) || entry.state().equals(WANTED);
      if (meant && waits) {
        replace(entry.in(WANTED));
        troubles.remove(entry.key());
        count++;
      }
    }
    return count;
  }

  /** Looks whether there is something to do; called about once a second. */
  void look() {
    for (Entry entry : known()) {
      if (!on) {
        return;
      }
      try {
        if (entry.state().equals(LANDING)) {
          if (isTime(entry)) {
            land(entry, true);
          }
        } else if (isExpired(entry)) {
          expired(entry);
        } else if (!entry.state().equals(DONE) && !running.isPresent() && suits(entry)) {
          begin(entry);
        }
      } catch (IOException e) {
        trouble(entry, "trouble", "'" + entry.name() + "' can't be fetched now: " + e.getMessage());
      }
    }
  }

  private boolean isExpired(Entry entry) throws IOException {
    return clock.wall().instant().isAfter(expiry(entry));
  }

  private static Instant expiry(Entry entry) throws IOException {
    try {
      return Instant.parse(entry.first("expires").orElse(""));
    } catch (DateTimeParseException e) {
      throw new IOException("expiry is not an instant: " + e.getMessage(), e);
    }
  }

  private void expired(Entry entry) throws IOException {
    if (running.filter(key -> key == entry.key()).isPresent()) {
      return;
    }
    remove(entry);
    if (!entry.state().equals(DONE)) {
      outcomes.failed(
          entry, "expired", "'" + entry.name() + "' was kept for you until now; order it again");
    }
  }

  private boolean isTime(Entry entry) {
    Trouble trouble = troubles.get(entry.key());
    return trouble == null || clock.monotonicMicros() >= trouble.notBeforeMicros;
  }

  private boolean suits(Entry entry) {
    boolean wanted = entry.state().equals(WANTED);
    return isTime(entry) && (wanted || !conditions.metered() || conditions.charging());
  }

  private Fetcher.Wanted wanted(Entry entry) throws IOException {
    try {
      long size = Long.parseLong(entry.first("size").orElse(""));
      String hash = entry.first(SHA256).orElse("");
      if (size < 0 || size > Limits.MAX_FILE_BYTES) {
        throw new IOException(
            "it has " + size + " bytes, at most " + Limits.MAX_FILE_BYTES + " are fetched");
      }
      if (!hash.matches("[0-9a-f]{64}")) {
        throw new IOException("its SHA-256 is '" + hash + "'");
      }
      return new Fetcher.Wanted(
          URI.create(entry.first("from").orElse("")), part(entry), size, hash);
    } catch (IllegalArgumentException e) {
      throw new IOException("its notice can't be understood: " + e.getMessage(), e);
    }
  }

  private Path part(Entry entry) {
    return parts.resolve(Long.toHexString(entry.key()) + ".part");
  }

  private void begin(Entry entry) throws IOException {
    Fetcher.Wanted wanted = wanted(entry);
    running = Optional.of(entry.key());
    fetcher.fetch(wanted, result -> engine.execute(() -> ended(entry.key(), wanted, result)));
  }

  private void ended(long key, Fetcher.Wanted wanted, Result result) {
    running = Optional.empty();
    Optional<Entry> found = entries.stream().filter(e -> e.key() == key).findFirst();
    if (!found.isPresent()) {
      deletePart(wanted.part());
      return;
    }
    Entry entry = found.get();
    try {
      switch (result.outcome()) {
        case COMPLETE -> {
          boolean isStillWanted = entry.first(SHA256).filter(wanted.sha256()::equals).isPresent();
          if (on && isStillWanted) {
            land(entry, false);
          } // else the next attempt finds it complete, or another file
        }
        case INTERRUPTED -> later(entry);
        case NO_ROOM ->
            trouble(entry, "no-room", "'" + entry.name() + "' has no room: " + result.text());
        case WRONG_CONTENT -> wrong(entry, result.text());
        case GONE -> failed(entry, "gone", result.text());
        case REFUSED -> failed(entry, "refused", result.text());
      }
    } catch (IOException e) {
      trouble(
          entry,
          "unwritable",
          "'" + entry.name() + "' can't be put into user storage: " + e.getMessage());
    }
  }

  private void land(Entry entry, boolean again) throws IOException {
    Entry at = entry;
    boolean mayBeReserved = again;
    while (Files.exists(part(entry))) {
      if (!mayBeReserved) {
        at = entry.in(LANDING).with(PATH, folder.free(entry.name()));
        replace(at);
      }
      String path = at.first(PATH).orElseThrow(() -> new IOException("it has no place"));
      if (folder.move(part(entry), path, mayBeReserved)) {
        break;
      }
      mayBeReserved = false;
    }
    outcomes.fetched(at);
    replace(at.in(DONE));
    troubles.remove(entry.key());
  }

  private void wrong(Entry entry, String text) throws IOException {
    Trouble trouble = later(entry);
    trouble.wrong++;
    if (trouble.wrong >= MAX_WRONG) {
      failed(entry, "wrong-content", text);
    }
  }

  private void failed(Entry entry, String reason, String text) throws IOException {
    remove(entry);
    outcomes.failed(
        entry, reason, "'" + entry.name() + "' was not fetched: " + text + "; order it again");
  }

  private Trouble later(Entry entry) {
    Trouble trouble = troubles.computeIfAbsent(entry.key(), key -> new Trouble());
    trouble.failures++;
    trouble.notBeforeMicros =
        clock.monotonicMicros() + retry.after(trouble.failures).toNanos() / 1000;
    return trouble;
  }

  private void trouble(Entry entry, String reason, String text) {
    Trouble trouble = later(entry);
    if (!trouble.told) {
      trouble.told = true;
      outcomes.delayed(entry, reason, text);
    }
  }

  private void replace(Entry entry) throws IOException {
    List<Entry> changed = new ArrayList<>();
    for (Entry old : entries) {
      changed.add(old.key() == entry.key() ? entry : old);
    }
    save(changed);
  }

  private void remove(Entry entry) throws IOException {
    List<Entry> changed = new ArrayList<>(entries);
    changed.removeIf(e -> e.key() == entry.key());
    save(changed);
    troubles.remove(entry.key());
    if (!running.filter(key -> key == entry.key()).isPresent()) {
      deletePart(part(entry));
    }
  }

  private static void deletePart(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      LOG.warn("{} can't be removed: {}", part, e.toString());
    }
  }

  private void save(List<Entry> changed) throws IOException {
    file.save(changed);
    entries = changed;
  }

  @Override
  public void close() {
    on = false;
    fetcher.close();
  }
}
