package org.phonemirror.core.antivirus;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.phonemirror.core.antivirus.Listing.ListedFile;
import org.phonemirror.core.antivirus.ScanRequest.Action;
import org.phonemirror.core.antivirus.ScanRequest.Missing;
import org.phonemirror.core.subscriber.Impu;

/**
 * The orders to scan: which files of each are still open, and the counts of what is done. An order
 * is answered in the transaction in which its last file is done, and then kept only as one that is
 * known, should it come again.
 */
final class Scans {
  private static final Duration KNOWN_FOR = Duration.ofDays(30);
  private static final int ATTEMPTS = 3;
  private static final int MAX_FAILURES_TOLD = 16;
  private static final String COLUMNS =
      "SELECT id, subscriber, order_id, action, note, at, files, bytes, done, findings, failed"
          + " FROM scan s WHERE open AND ";

  private final ScanDatabase database;
  private final Findings findings;
  private final Outbox outbox;
  private final Clock clock;

  Scans(ScanDatabase database, Findings findings, Outbox outbox, Clock clock) {
    this.database = database;
    this.findings = findings;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** An order that is not answered. */
  record Scan(
      long id,
      Impu subscriber,
      long order,
      Action action,
      String note,
      Instant at,
      ScanCounts counts,
      long done) {
    static Scan of(ResultSet row) throws SQLException {
      return new Scan(
          row.getLong(1),
          new Impu(row.getString(2)),
          row.getLong(3),
          Action.valueOf(row.getString(4)),
          row.getString(5),
          Instant.ofEpochMilli(row.getLong(6)),
          new ScanCounts(row.getLong(7), row.getLong(8), row.getLong(10), row.getLong(11)),
          row.getLong(9));
    }
  }

  /** Whether an order was taken before. */
  boolean known(Impu subscriber, long order) {
    return !database
        .query(
            row -> 1,
            "SELECT 1 FROM scan WHERE subscriber = ? AND order_id = ?",
            subscriber.uri(),
            order)
        .isEmpty();
  }

  /** Takes an order, all of its files open. To be followed by {@link #finish}. */
  void begin(
      Impu subscriber,
      long order,
      Action action,
      String note,
      Collection<ListedFile> files,
      List<Missing> missing) {
    database.update("DELETE FROM scan WHERE NOT open AND at < ?", forgotten());
    database.update(
        "INSERT INTO scan (subscriber, order_id, action, note, at, open, files, bytes, done, failed)"
            + " VALUES(?, ?, ?, ?, ?, 1, ?, ?, ?, ?)",
        subscriber.uri(),
        order,
        action.name(),
        note,
        clock.millis(),
        files.size() + missing.size(),
        files.stream().mapToLong(ListedFile::size).sum(),
        missing.size(),
        missing.size());
    Scan scan = one("s.subscriber = ? AND s.order_id = ?", subscriber.uri(), order);
    missing.stream()
        .limit(MAX_FAILURES_TOLD)
        .forEach(
            m -> outbox.add(subscriber, ScanNotices.failed(order, m.path(), m.reason(), m.text())));
    for (ListedFile file : files) {
      database.update(
          "INSERT INTO scan_file (scan, path, sha256, size) VALUES(?, ?, ?, ?)",
          scan.id,
          file.path(),
          file.sha256(),
          file.size());
    }
  }

  private long forgotten() {
    return clock.instant().minus(KNOWN_FOR).toEpochMilli();
  }

  private Scan one(String which, Object... values) {
    return database.query(Scan::of, COLUMNS + which, values).get(0);
  }

  /** The open ones of a subscriber. */
  List<Scan> open(Impu subscriber) {
    return database.query(Scan::of, COLUMNS + "s.subscriber = ? ORDER BY id", subscriber.uri());
  }

  /** The open ones of all. */
  List<Scan> open() {
    return database.query(Scan::of, COLUMNS + "1 ORDER BY id");
  }

  /** The open files of a subscriber's orders. */
  List<ListedFile> openFiles(Impu subscriber) {
    return database.query(
        row -> new ListedFile(row.getString(1), row.getString(2), row.getLong(3)),
        "SELECT f.path, f.sha256, f.size FROM scan_file f JOIN scan s ON s.id = f.scan"
            + " WHERE s.subscriber = ? AND s.open",
        subscriber.uri());
  }

  private record OpenFile(long scan, String path) {}

  /** What a content is has become known, to whichever orders it is open in. */
  void resolve(String sha256, Verdict verdict) {
    List<OpenFile> files =
        database.query(
            row -> new OpenFile(row.getLong(1), row.getString(2)),
            "SELECT scan, path FROM scan_file WHERE sha256 = ?",
            sha256);
    resolve(files, sha256, verdict);
  }

  /** The file at a path has other content by now, which is to be scanned instead. */
  void replace(Impu subscriber, ListedFile file) {
    database.update(
        "UPDATE scan_file SET sha256 = ?, size = ? WHERE path = ?"
            + " AND scan IN (SELECT id FROM scan WHERE subscriber = ?)",
        file.sha256(),
        file.size(),
        file.path(),
        subscriber.uri());
  }

  /** Whether a content is open in any order. */
  boolean wants(String sha256) {
    return !database
        .query(row -> 1, "SELECT 1 FROM scan_file WHERE sha256 = ? LIMIT 1", sha256)
        .isEmpty();
  }

  /** One file of a subscriber's orders fails. */
  void fail(Impu subscriber, String path, Verdict verdict) {
    for (Scan scan : open(subscriber)) {
      if (database.update("DELETE FROM scan_file WHERE scan = ? AND path = ?", scan.id, path) > 0) {
        count(scan, path, "", verdict);
        finishIfDone(scan.id);
      }
    }
  }

  /** A content could not be read this time; after some times it fails in the orders it is in. */
  void attemptFailed(String sha256, Verdict verdict) {
    database.run(
        () -> {
          database.update("UPDATE scan_file SET attempts = attempts + 1 WHERE sha256 = ?", sha256);
          List<OpenFile> files =
              database.query(
                  row -> new OpenFile(row.getLong(1), row.getString(2)),
                  "SELECT scan, path FROM scan_file WHERE sha256 = ? AND attempts >= ?",
                  sha256,
                  ATTEMPTS);
          return resolve(files, sha256, verdict);
        });
  }

  private int resolve(List<OpenFile> files, String sha256, Verdict verdict) {
    files.forEach(file -> done(file, sha256, verdict));
    files.stream().map(OpenFile::scan).distinct().forEach(this::finishIfDone);
    return files.size();
  }

  private void done(OpenFile file, String sha256, Verdict verdict) {
    database.update("DELETE FROM scan_file WHERE scan = ? AND path = ?", file.scan, file.path);
    count(one("s.id = ?", file.scan), file.path, sha256, verdict);
  }

  private void count(Scan scan, String path, String sha256, Verdict verdict) {
    switch (verdict.kind()) {
      case INFECTED -> {
        if (scan.counts.findings() < Findings.MAX_AT_ONCE) {
          findings.answer(scan.subscriber, scan.order, path, sha256, verdict.detail(), scan.action);
        } else {
          findings.keep(scan.subscriber, path, sha256, verdict.detail(), scan.action);
        }
      }
      case FAILED -> {
        if (scan.counts.failed() < MAX_FAILURES_TOLD) {
          outbox.add(
              scan.subscriber,
              ScanNotices.failed(scan.order, path, verdict.reason(), verdict.text()));
        }
      }
      case CLEAN -> {}
    }
    database.update(
        "UPDATE scan SET done = done + 1, findings = findings + ?, failed = failed + ?"
            + " WHERE id = ?",
        verdict.kind() == Verdict.Kind.INFECTED ? 1 : 0,
        verdict.kind() == Verdict.Kind.FAILED ? 1 : 0,
        scan.id);
  }

  /** Answers those of a subscriber's orders of which nothing is open. */
  void finish(Impu subscriber) {
    open(subscriber).forEach(scan -> finishIfDone(scan.id));
  }

  private void finishIfDone(long id) {
    if (!database.query(row -> 1, "SELECT 1 FROM scan_file WHERE scan = ? LIMIT 1", id).isEmpty()) {
      return;
    }
    for (Scan scan : database.query(Scan::of, COLUMNS + "id = ?", id)) {
      long untold = scan.counts.findings() - Math.min(scan.counts.findings(), Findings.MAX_AT_ONCE);
      String more =
          untold == 0
              ? ""
              : String.format(
                  Locale.ROOT,
                  "; %d findings are not listed: put away the others and scan again",
                  untold);
      outbox.add(scan.subscriber, ScanNotices.result(scan.order, scan.counts, scan.note + more));
      close(scan);
    }
  }

  /** An order as a whole fails. */
  void fail(Scan scan, Reason reason, String text) {
    outbox.add(scan.subscriber, ScanNotices.failed(scan.order, reason, text));
    close(scan);
  }

  private void close(Scan scan) {
    database.update("DELETE FROM scan_file WHERE scan = ?", scan.id);
    database.update("UPDATE scan SET open = 0 WHERE id = ?", scan.id);
  }

  /** How many are not answered yet. */
  long openCount() {
    return database.query(row -> row.getLong(1), "SELECT count(*) FROM scan WHERE open").get(0);
  }

  void forget(Impu subscriber) {
    database.update(
        "DELETE FROM scan_file WHERE scan IN (SELECT id FROM scan WHERE subscriber = ?)",
        subscriber.uri());
    database.update("DELETE FROM scan WHERE subscriber = ?", subscriber.uri());
  }
}
