package org.phonemirror.core.download.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.phonemirror.core.download.fetch.FetchException;
import org.phonemirror.core.download.fetch.Reason;
import org.phonemirror.core.store.Database;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.ServicePolicies;

/**
 * Keeps orders and files. One fetch serves all who order the same URL meanwhile, one file all who
 * have the same content. Whatever crashes, a file that is in the database is on the disk as a
 * whole, and what is on the disk without being in the database goes when the store is opened.
 *
 * <p>Safe for use by several threads.
 */
public final class ContentStore implements AutoCloseable {
  /** Most orders of a subscriber that wait at a time. */
  public static final int MAX_WAITING = 32;

  /** Most files that are kept for a subscriber, however short. */
  public static final int MAX_CACHED = 1000;

  private static final int MAX_ENDED = 1000;
  private static final int TOKEN_BYTES = 16;

  private final StoreSettings settings;
  private final Clock clock;
  private final ContentFiles files;
  private final Database database;
  private final Ledger ledger;
  private final SecureRandom random = new SecureRandom();

  private ContentStore(StoreSettings settings, Clock clock, ContentFiles files, Database database) {
    this.settings = settings;
    this.clock = clock;
    this.files = files;
    this.database = database;
    this.ledger = new Ledger(database);
  }

  /** Opens it, with what was kept before. */
  public static ContentStore open(StoreSettings settings, StoreSettings.FreeSpace free, Clock clock)
      throws IOException {
    ContentFiles files = new ContentFiles(settings, free);
    Database database =
        Database.open(
            settings.directory().resolve("downloads.sqlite"),
            ContentStore.class,
            "downloads.sql",
            Database.Durability.MACHINE);
    ContentStore store = new ContentStore(settings, clock, files, database);
    try {
      database.transaction(
          () -> {
            store.ledger.removeIdleFetches();
            files.recover(store.ledger.digests(), store.ledger.fetches());
            return true;
          });
      return store;
    } catch (IOException e) {
      database.close();
      throw e;
    }
  }

  // ---- orders

  /** A new order; one that is known already is left as it is. */
  public synchronized void accept(
      Impu subscriber,
      long order,
      String url,
      Optional<String> wantedName,
      ServicePolicies.Download policy)
      throws IOException {
    database.transaction(
        () -> {
          if (ledger.find(subscriber, order).isPresent()) {
            return false;
          }
          Optional<Download.Failure> tooMany = tooMany(subscriber);
          Instant now = clock.instant();
          Optional<Long> fetch =
              tooMany.isPresent()
                  ? Optional.empty()
                  : Optional.of(ledger.fetch(url, now, now.plus(settings.fetchTime())));
          Download.State state =
              tooMany.isPresent() ? Download.State.FAILED : Download.State.WAITING;
          ledger.add(
              new Download(
                  subscriber, order, url, wantedName, policy, state, Optional.empty(), tooMany),
              fetch,
              now);
          ledger.forgetAllBut(subscriber, MAX_ENDED);
          return true;
        });
  }

  private Optional<Download.Failure> tooMany(Impu subscriber) throws SQLException {
    if (ledger.count(subscriber, Download.State.WAITING) >= MAX_WAITING) {
      return Optional.of(
          new Download.Failure(
              Reason.QUOTA, MAX_WAITING + " downloads are under way; order it again later"));
    }
    if (ledger.count(subscriber, Download.State.CACHED) >= MAX_CACHED) {
      return Optional.of(
          new Download.Failure(
              Reason.QUOTA, MAX_CACHED + " files are kept already; order it again later"));
    }
    return Optional.empty();
  }

  /** A new order that is not carried out; one that is known already is left as it is. */
  public synchronized void refuse(
      Impu subscriber,
      long order,
      String url,
      ServicePolicies.Download policy,
      Download.Failure failure)
      throws IOException {
    database.transaction(
        () -> {
          if (ledger.find(subscriber, order).isPresent()) {
            return false;
          }
          ledger.add(
              new Download(
                  subscriber,
                  order,
                  url,
                  Optional.empty(),
                  policy,
                  Download.State.FAILED,
                  Optional.empty(),
                  Optional.of(failure)),
              Optional.empty(),
              clock.instant());
          ledger.forgetAllBut(subscriber, MAX_ENDED);
          return true;
        });
  }

  public synchronized Optional<Download> find(Impu subscriber, long order) throws IOException {
    return database.transaction(() -> ledger.find(subscriber, order));
  }

  /** Where the content of a cached file is. */
  public Path path(Download.CachedFile file) {
    return files.content(file.digest());
  }

  /**
   * An order is given up: one that waits fails, a file that is kept is kept no longer.
   *
   * @return the fetch that nobody waits for any more, if so
   */
  public synchronized Optional<Long> cancel(Impu subscriber, long order) throws IOException {
    Optional<Long> idle =
        database.transaction(
            () -> {
              Optional<Download> found = ledger.find(subscriber, order);
              if (found.isEmpty() || found.get().failure().isPresent()) {
                return Optional.empty();
              }
              Optional<Long> fetch = ledger.fetchOf(subscriber, order);
              if (found.get().state() != Download.State.EXPIRED) {
                ledger.failed(
                    found.get(),
                    new Download.Failure(Reason.CANCELLED, "the download was cancelled"),
                    clock.instant());
              }
              return fetch.isPresent() && ledger.waiting(fetch.get()).isEmpty()
                  ? fetch
                  : Optional.empty();
            });
    deleteUnused();
    return idle;
  }

  /**
   * Nothing of a subscriber is kept any more.
   *
   * @return the fetches that nobody waits for any more
   */
  public synchronized List<Long> remove(Impu subscriber) throws IOException {
    List<Long> idle =
        database.transaction(
            () -> {
              List<Long> nobodys = new ArrayList<>();
              List<Long> fetches = ledger.fetchesOf(subscriber);
              ledger.remove(subscriber);
              for (long fetch : fetches) {
                if (ledger.waiting(fetch).isEmpty()) {
                  nobodys.add(fetch);
                }
              }
              return nobodys;
            });
    deleteUnused();
    return idle;
  }

  // ---- fetches

  /** What is to be fetched now, the longest waiting first. */
  public synchronized List<Fetch> due(int limit) throws IOException {
    return database.transaction(() -> ledger.due(clock.instant(), limit));
  }

  /** Opens a fetch's file, for one user at a time. */
  public PartialFile open(Fetch fetch) throws IOException {
    return new PartialFile(this, files, fetch);
  }

  synchronized void begun(long fetch, Optional<String> validator, OptionalLong total)
      throws IOException {
    database.transaction(
        () -> {
          ledger.begun(fetch, validator, total);
          return true;
        });
  }

  synchronized void safe(long fetch, long length) throws IOException {
    database.transaction(
        () -> {
          ledger.safe(fetch, length);
          return true;
        });
  }

  /**
   * Makes sure that somebody who waits may have a file of this size.
   *
   * @return the largest size that may be had
   * @throws FetchException if nobody may
   */
  synchronized long admit(long fetch, long size) throws IOException {
    return database.transaction(
        () -> {
          long most = 0;
          Optional<Download.Failure> failure = Optional.empty();
          for (Download waiting : ledger.waiting(fetch)) {
            long left = waiting.policy().quotaBytes() - ledger.used(waiting.subscriber(), "");
            most = Math.max(most, Math.min(left, settings.maxFileBytes()));
            failure = Optional.of(Quotas.exceeded(size, waiting.policy(), settings));
          }
          if (size > most) {
            Download.Failure why =
                failure.orElse(new Download.Failure(Reason.CANCELLED, "nobody waits for it"));
            throw FetchException.permanent(why.reason(), why.text());
          }
          return most;
        });
  }

  /** The file is whole. */
  public void complete(Fetch fetch, PartialFile partial, Function<Download, String> names)
      throws IOException {
    partial.sync();
    String digest = ContentFiles.digest(partial.path());
    complete(fetch, digest, partial.length(), names);
  }

  private synchronized void complete(
      Fetch fetch, String digest, long size, Function<Download, String> names) throws IOException {
    boolean kept =
        database.transaction(
            () -> {
              boolean anybody = false;
              for (Download waiting : ledger.waiting(fetch.id())) {
                anybody |= hand(waiting, digest, size, names.apply(waiting));
              }
              if (anybody) {
                ledger.addContent(digest, size);
                files.finish(fetch.id(), digest);
              }
              ledger.removeFetch(fetch.id());
              return anybody;
            });
    if (!kept) {
      files.deletePartial(fetch.id());
    }
  }

  private boolean hand(Download waiting, String digest, long size, String name)
      throws SQLException {
    Instant now = clock.instant();
    long used = ledger.used(waiting.subscriber(), digest);
    if (used + size > waiting.policy().quotaBytes()) {
      ledger.failed(waiting, Quotas.exceeded(size, waiting.policy(), settings), now);
      return false;
    }
    byte[] token = new byte[TOKEN_BYTES];
    random.nextBytes(token);
    Download.CachedFile file =
        new Download.CachedFile(
            name, digest, size, HexFormat.of().formatHex(token), now.plus(waiting.policy().keep()));
    ledger.cached(waiting, file, tokenDigest(file.token()), now);
    return true;
  }

  /** It failed, and is to be tried again. */
  public synchronized void postpone(Fetch fetch, long length, Instant until) throws IOException {
    database.transaction(
        () -> {
          ledger.postpone(fetch.id(), length, until);
          return true;
        });
  }

  /** Deletes what is there of a file, if nobody waits for it any more. */
  public synchronized void drop(long fetch) throws IOException {
    boolean idle =
        database.transaction(
            () -> {
              boolean nobodys = ledger.waiting(fetch).isEmpty();
              if (nobodys) {
                ledger.removeFetch(fetch);
              }
              return nobodys;
            });
    if (idle) {
      files.deletePartial(fetch);
    }
  }

  /** It failed for all who wait, if any do; what is there of the file is deleted. */
  public synchronized void fail(long fetch, Download.Failure failure) throws IOException {
    files.deletePartial(fetch);
    database.transaction(
        () -> {
          for (Download waiting : ledger.waiting(fetch)) {
            ledger.failed(waiting, failure, clock.instant());
          }
          ledger.removeFetch(fetch);
          return true;
        });
  }

  // ---- time

  /** Ends what has reached its time. */
  public synchronized void expire() throws IOException {
    Instant now = clock.instant();
    int ended =
        database.transaction(
            () -> {
              List<Download> expired = ledger.expired(now);
              for (Download download : expired) {
                ledger.expired(download, now);
              }
              ledger.forget(now.minus(settings.forgetAfter()));
              return expired.size();
            });
    if (ended > 0) {
      deleteUnused();
    }
  }

  /** What subscribers are yet to be told, the oldest first. */
  public synchronized List<Download> untold(int limit) throws IOException {
    return database.transaction(() -> ledger.untold(limit));
  }

  /** They were told. */
  public synchronized void told(Download download) throws IOException {
    database.transaction(
        () -> {
          ledger.told(download);
          return true;
        });
  }

  private void deleteUnused() throws IOException {
    for (String digest : database.transaction(ledger::removeUnused)) {
      files.deleteContent(digest);
    }
  }

  /**
   * What there is.
   *
   * @param files contents
   * @param bytes of them
   * @param waiting orders without a file yet
   */
  public record Totals(long files, long bytes, long waiting) {}

  /** Sums of what there is now. */
  public synchronized Totals totals() throws IOException {
    return database.transaction(ledger::totals);
  }

  // ---- capabilities

  /** Whose file a token gives; also one that has expired. */
  public synchronized Optional<Download> findByToken(String token) throws IOException {
    // found by its digest, of which nobody can choose the first bytes, and then compared whole
    Optional<Download> found = database.transaction(() -> ledger.findByToken(tokenDigest(token)));
    return found.filter(
        d ->
            d.file().isPresent()
                && MessageDigest.isEqual(
                    d.file().get().token().getBytes(StandardCharsets.UTF_8),
                    token.getBytes(StandardCharsets.UTF_8)));
  }

  private static String tokenDigest(String token) {
    byte[] digest = ContentFiles.sha256().digest(token.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest);
  }

  @Override
  public synchronized void close() throws IOException {
    database.close();
  }
}
