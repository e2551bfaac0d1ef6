package org.phonemirror.core.download.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.phonemirror.core.store.Database;
import org.phonemirror.core.subscriber.Impu;

/** The statements on the database; whoever calls them is in a transaction. */
final class Ledger {
  private static final String ENDED = "state IN ('FAILED', 'EXPIRED') AND told = 1";

  private final Database database;

  Ledger(Database database) {
    this.database = database;
  }

  // ---- orders

  Optional<Download> find(Impu subscriber, long order) throws SQLException {
    return database
        .query(
            Rows::download,
            "SELECT * FROM download WHERE subscriber = ? AND id = ?",
            subscriber.uri(),
            order)
        .stream()
        .findFirst();
  }

  Optional<Download> findByToken(String tokenDigest) throws SQLException {
    return database
        .query(Rows::download, "SELECT * FROM download WHERE token_digest = ?", tokenDigest)
        .stream()
        .findFirst();
  }

  void add(Download d, Optional<Long> fetch, Instant now) throws SQLException {
    database.change(
        "INSERT INTO download(subscriber, id, url, wanted_name, quota, keep, at_once, state,"
            + " changed, told, fetch, reason, text) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        d.subscriber().uri(),
        d.order(),
        d.url(),
        d.wantedName().orElse(null),
        d.policy().quotaBytes(),
        Math.max(1, d.policy().keep().toMillis()),
        d.policy().atOnce(),
        d.state().name(),
        now.toEpochMilli(),
        d.state() == Download.State.WAITING,
        fetch.orElse(null),
        d.failure().map(failure -> failure.reason().name()).orElse(null),
        d.failure().map(Download.Failure::text).orElse(null));
  }

  List<Download> waiting(long fetch) throws SQLException {
    return database.query(
        Rows::download, "SELECT * FROM download WHERE fetch = ? ORDER BY rowid", fetch);
  }

  Optional<Long> fetchOf(Impu subscriber, long order) throws SQLException {
    return database
        .query(
            row -> row.getLong(1),
            "SELECT fetch FROM download WHERE subscriber = ? AND id = ? AND fetch IS NOT NULL",
            subscriber.uri(),
            order)
        .stream()
        .findFirst();
  }

  List<Long> fetchesOf(Impu subscriber) throws SQLException {
    return database.query(
        row -> row.getLong(1),
        "SELECT DISTINCT fetch FROM download WHERE subscriber = ? AND fetch IS NOT NULL",
        subscriber.uri());
  }

  List<Download> expired(Instant now) throws SQLException {
    return database.query(
        Rows::download,
        "SELECT * FROM download WHERE state = 'CACHED' AND expires <= ?",
        now.toEpochMilli());
  }

  List<Download> untold(int limit) throws SQLException {
    return database.query(
        Rows::download, "SELECT * FROM download WHERE told = 0 ORDER BY changed LIMIT ?", limit);
  }

  List<Download> of(Impu subscriber) throws SQLException {
    return database.query(
        Rows::download, "SELECT * FROM download WHERE subscriber = ?", subscriber.uri());
  }

  long count(Impu subscriber, Download.State state) throws SQLException {
    return database.number(
        "SELECT count(*) FROM download WHERE subscriber = ? AND state = ?",
        subscriber.uri(),
        state.name());
  }

  /** Bytes kept for a subscriber, each content counted once, but for one that does not count. */
  long used(Impu subscriber, String exceptDigest) throws SQLException {
    return database.number(
        "SELECT total(size) FROM (SELECT DISTINCT digest, size FROM download"
            + " WHERE subscriber = ? AND state = 'CACHED' AND digest <> ?)",
        subscriber.uri(),
        exceptDigest);
  }

  void cached(Download d, Download.CachedFile file, String tokenDigest, Instant now)
      throws SQLException {
    database.change(
        "UPDATE download SET state = 'CACHED', changed = ?, told = 0, fetch = NULL, name = ?,"
            + " digest = ?, size = ?, token = ?, token_digest = ?, expires = ?"
            + " WHERE subscriber = ? AND id = ?",
        now.toEpochMilli(),
        file.name(),
        file.digest(),
        file.size(),
        file.token(),
        tokenDigest,
        file.expires().toEpochMilli(),
        d.subscriber().uri(),
        d.order());
  }

  void failed(Download d, Download.Failure failure, Instant now) throws SQLException {
    database.change(
        "UPDATE download SET state = 'FAILED', changed = ?, told = 0, fetch = NULL, reason = ?,"
            + " text = ? WHERE subscriber = ? AND id = ?",
        now.toEpochMilli(),
        failure.reason().name(),
        failure.text(),
        d.subscriber().uri(),
        d.order());
  }

  void expired(Download d, Instant now) throws SQLException {
    database.change(
        "UPDATE download SET state = 'EXPIRED', changed = ?, told = 0"
            + " WHERE subscriber = ? AND id = ?",
        now.toEpochMilli(),
        d.subscriber().uri(),
        d.order());
  }

  /** The subscriber was told of this state; of another that came meanwhile not. */
  void told(Download d) throws SQLException {
    database.change(
        "UPDATE download SET told = 1 WHERE subscriber = ? AND id = ? AND state = ?",
        d.subscriber().uri(),
        d.order(),
        d.state().name());
  }

  void remove(Impu subscriber) throws SQLException {
    database.change("DELETE FROM download WHERE subscriber = ?", subscriber.uri());
  }

  /** Forgets what has ended before, and all but the newest of what has ended for a subscriber. */
  void forget(Instant before) throws SQLException {
    database.change(
        "DELETE FROM download WHERE " + ENDED + " AND changed < ?", before.toEpochMilli());
  }

  void forgetAllBut(Impu subscriber, int newest) throws SQLException {
    database.change(
        "DELETE FROM download WHERE rowid IN (SELECT rowid FROM download WHERE subscriber = ? AND "
            + ENDED
            + " ORDER BY changed DESC LIMIT -1 OFFSET ?)",
        subscriber.uri(),
        newest);
  }

  // ---- fetches

  /** That of a URL, which is made if there is none. */
  long fetch(String url, Instant now, Instant deadline) throws SQLException {
    database.change(
        "INSERT INTO fetch(url, not_before, deadline) VALUES(?, ?, ?) ON CONFLICT(url) DO NOTHING",
        url,
        now.toEpochMilli(),
        deadline.toEpochMilli());
    return database.number("SELECT id FROM fetch WHERE url = ?", url);
  }

  List<Fetch> due(Instant now, int limit) throws SQLException {
    return database.query(
        Rows::fetch,
        "SELECT f.*, (SELECT subscriber FROM download d WHERE d.fetch = f.id LIMIT 1)"
            + " AS subscriber FROM fetch f WHERE not_before <= ?"
            + " AND EXISTS (SELECT 1 FROM download d WHERE d.fetch = f.id)"
            + " ORDER BY not_before, id LIMIT ?",
        now.toEpochMilli(),
        limit);
  }

  Set<Long> fetches() throws SQLException {
    return new HashSet<>(database.query(row -> row.getLong(1), "SELECT id FROM fetch"));
  }

  void begun(long fetch, Optional<String> validator, OptionalLong total) throws SQLException {
    database.change(
        "UPDATE fetch SET safe = 0, validator = ?, total = ? WHERE id = ?",
        validator.orElse(null),
        total.isPresent() ? total.getAsLong() : null,
        fetch);
  }

  void safe(long fetch, long length) throws SQLException {
    database.change("UPDATE fetch SET safe = ? WHERE id = ?", length, fetch);
  }

  /** It is tried again later; attempts count as long as they bring nothing new. */
  void postpone(long fetch, long length, Instant until) throws SQLException {
    database.change(
        "UPDATE fetch SET attempts = CASE WHEN ? > best THEN 1 ELSE attempts + 1 END,"
            + " best = max(best, ?), not_before = ? WHERE id = ?",
        length,
        length,
        until.toEpochMilli(),
        fetch);
  }

  void removeFetch(long fetch) throws SQLException {
    database.change("DELETE FROM fetch WHERE id = ?", fetch);
  }

  void removeIdleFetches() throws SQLException {
    database.change(
        "DELETE FROM fetch WHERE NOT EXISTS (SELECT 1 FROM download d WHERE d.fetch = fetch.id)");
  }

  // ---- contents

  ContentStore.Totals totals() throws SQLException {
    return new ContentStore.Totals(
        database.number("SELECT count(*) FROM content"),
        database.number("SELECT total(size) FROM content"),
        database.number("SELECT count(*) FROM download WHERE state = 'WAITING'"));
  }

  Set<String> digests() throws SQLException {
    return new HashSet<>(database.query(row -> row.getString(1), "SELECT digest FROM content"));
  }

  void addContent(String digest, long size) throws SQLException {
    database.change(
        "INSERT INTO content(digest, size) VALUES(?, ?) ON CONFLICT(digest) DO NOTHING",
        digest,
        size);
  }

  /** Removes those that nobody has any more. */
  List<String> removeUnused() throws SQLException {
    List<String> unused =
        database.query(
            row -> row.getString(1),
            "SELECT digest FROM content c WHERE NOT EXISTS"
                + " (SELECT 1 FROM download d WHERE d.digest = c.digest AND d.state = 'CACHED')");
    for (String digest : unused) {
      database.change("DELETE FROM content WHERE digest = ?", digest);
    }
    return unused;
  }
}
