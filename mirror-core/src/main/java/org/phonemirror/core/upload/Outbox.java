package org.phonemirror.core.upload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.phonemirror.core.store.Database;
import org.phonemirror.core.subscriber.Impu;

/**
 * The durable state of every order and each of its recipients.
 *
 * <p>A recipient is waiting, sending, sent, failed or cancelled. Each step is committed before the
 * world sees it, and with it what the subscriber is to be told: after a crash, a step was made and
 * told, or it was not made. What was sending then is waiting again; if it had {@linkplain
 * #leave(Key) left}, nobody knows whether it has arrived, and it is sent again under the same name.
 */
final class Outbox implements AutoCloseable {
  private static final String FILE = "outbox.sqlite";
  private static final String THIS = " WHERE subscriber = ? AND id = ? AND number = ?";

  private static final String OF_ITS_ORDER =
      " FROM delivery d WHERE d.subscriber = r.subscriber AND d.id = r.id";

  private final Database database;

  /** A recipient of an order. */
  record Key(Impu subscriber, long order, int number) {}

  /**
   * A recipient whose time has come.
   *
   * @param upload with this recipient only
   * @param failures attempts so far
   * @param doubtful whether an earlier attempt may have arrived
   */
  record Due(
      Key key, Upload upload, Instant ordered, Instant until, int failures, boolean doubtful) {
    Recipient recipient() {
      return upload.recipients().get(0);
    }
  }

  /** An order that waits for its file. */
  record Awaited(Upload upload, Instant until) {}

  private Outbox(Database database) {
    this.database = database;
  }

  static Outbox open(Path directory) throws IOException {
    Outbox outbox =
        new Outbox(
            Database.open(
                directory.resolve(FILE), Outbox.class, "outbox.sql", Database.Durability.MACHINE));
    outbox.database.run(
        () ->
            outbox.database.change(
                "UPDATE delivery SET state = 'waiting', doubtful = max(doubtful, handed), handed = 0"
                    + " WHERE state = 'sending'"));
    return outbox;
  }

  /** Takes an order, unless it has come before. */
  boolean take(Impu subscriber, Upload upload, Instant now, Instant until) {
    return database.run(
        () -> {
          if (!isNew(subscriber, upload.id(), now)) {
            return false;
          }
          String uri = subscriber.uri();
          database.change(
              "INSERT INTO upload (subscriber, id, path, size, sha256, subject, body, ordered,"
                  + " until, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'awaited')",
              uri,
              upload.id(),
              upload.path(),
              upload.size(),
              upload.sha256(),
              upload.subject(),
              upload.text(),
              now.toEpochMilli(),
              until.toEpochMilli());
          int number = 0;
          for (Recipient recipient : upload.recipients()) {
            database.change(
                "INSERT INTO delivery (subscriber, id, number, recipient, state, due)"
                    + " VALUES (?, ?, ?, ?, 'waiting', ?)",
                uri,
                upload.id(),
                number++,
                recipient.uri(),
                now.toEpochMilli());
          }
          return true;
        });
  }

  /** Answers an order that is not carried out, unless it has come before. */
  boolean refuse(Report report, Instant now) {
    return database.run(
        () -> {
          boolean isNew = isNew(report.subscriber(), report.order(), now);
          if (isNew) {
            add(report);
          }
          return isNew;
        });
  }

  private boolean isNew(Impu subscriber, long id, Instant now) throws SQLException {
    return database.change(
            "INSERT OR IGNORE INTO taken (subscriber, id, at) VALUES (?, ?, ?)",
            subscriber.uri(),
            id,
            now.toEpochMilli())
        == 1;
  }

  /** Orders of a subscriber that wait for their file. */
  List<Awaited> awaited(Impu subscriber) {
    return database.run(
        () ->
            database.query(
                row ->
                    new Awaited(
                        OutboxRows.upload(row, List.of()), OutboxRows.instant(row, "until")),
                "SELECT * FROM upload WHERE subscriber = ? AND state = 'awaited' ORDER BY ordered",
                subscriber.uri()));
  }

  /** The file is here: the order's recipients are due. */
  void begin(Impu subscriber, long order, Instant now, Instant until) {
    database.run(
        () -> {
          database.change(
              "UPDATE upload SET state = 'open', until = ?"
                  + " WHERE subscriber = ? AND id = ? AND state = 'awaited'",
              until.toEpochMilli(),
              subscriber.uri(),
              order);
          return database.change(
              "UPDATE delivery SET due = ? WHERE subscriber = ? AND id = ? AND state = 'waiting'",
              now.toEpochMilli(),
              subscriber.uri(),
              order);
        });
  }

  /**
   * The order's file never came, unless it is there by now.
   *
   * @return how many recipients fail with it
   */
  int abandon(Report report) {
    return database.run(
        () -> {
          int abandoned =
              database.change(
                  "UPDATE upload SET state = 'done'"
                      + " WHERE subscriber = ? AND id = ? AND state = 'awaited'",
                  report.subscriber().uri(),
                  report.order());
          if (abandoned == 0) {
            return 0;
          }
          int failed =
              database.change(
                  "UPDATE delivery SET state = 'failed'"
                      + " WHERE subscriber = ? AND id = ? AND state = 'waiting'",
                  report.subscriber().uri(),
                  report.order());
          add(report);
          return failed;
        });
  }

  /** Recipients whose time has come, the longest due first. */
  List<Due> due(Instant now, int most) {
    return database.run(
        () ->
            database.query(
                OutboxRows::due,
                "SELECT * FROM delivery JOIN upload USING (subscriber, id)"
                    + " WHERE delivery.state = 'waiting' AND due <= ? AND upload.state = 'open'"
                    + " ORDER BY due LIMIT ?",
                now.toEpochMilli(),
                most));
  }

  /** It is being sent; false if it is not to be any more. */
  boolean start(Key key) {
    return step(key, "state = 'sending'", "state = 'waiting'");
  }

  /** From now on the recipient may have it; false if it is not to be sent any more. */
  boolean leave(Key key) {
    return step(key, "handed = 1", "state = 'sending'");
  }

  private boolean step(Key key, String change, String only) {
    return database.run(() -> update(key, change, only));
  }

  private boolean update(Key key, String change, String only) throws SQLException {
    return database.change(
            "UPDATE delivery SET " + change + THIS + " AND " + only,
            key.subscriber().uri(),
            key.order(),
            key.number())
        == 1;
  }

  /** The recipient has it. */
  boolean sent(Key key, Report report) {
    return end(key, "sent", report);
  }

  /** The recipient never will have it. */
  boolean failed(Key key, Report report) {
    return end(key, "failed", report);
  }

  private boolean end(Key key, String state, Report report) {
    return database.run(
        () -> {
          boolean ended = update(key, "state = '" + state + "'", "state = 'sending'");
          if (ended) {
            add(report);
            endIfDone(key.subscriber(), key.order());
          }
          return ended;
        });
  }

  /**
   * An attempt has failed, and there will be another, unless the order was cancelled meanwhile.
   *
   * @param answered whether it is sure that it has not arrived
   */
  boolean again(Key key, Instant due, boolean answered) {
    return database.run(
        () -> {
          String change =
              "state = CASE (SELECT cancelled FROM upload WHERE upload.subscriber ="
                  + " delivery.subscriber AND upload.id = delivery.id)"
                  + " WHEN 1 THEN 'cancelled' ELSE 'waiting' END, failures = failures + 1, due = "
                  + due.toEpochMilli()
                  + (answered ? "" : ", doubtful = max(doubtful, handed)")
                  + ", handed = 0";
          boolean again = update(key, change, "state = 'sending'");
          endIfDone(key.subscriber(), key.order());
          return again;
        });
  }

  /** An attempt was given up by ourselves and does not count; false if it had left. */
  boolean back(Key key) {
    return step(key, "state = 'waiting', handed = 0", "state = 'sending' AND handed = 0");
  }

  /**
   * What is cancelled.
   *
   * @param content that it needed, if any
   */
  record Spared(int recipients, Optional<String> content) {}

  /** Cancels what has not left; empty if the asking order came before. */
  Optional<Spared> cancel(Impu subscriber, long asking, long order, Instant now) {
    return database.run(
        () -> {
          if (!isNew(subscriber, asking, now)) {
            return Optional.empty();
          }
          String uri = subscriber.uri();
          String these = " FROM delivery WHERE subscriber = ? AND id = ?";
          long all = database.number("SELECT count(*)" + these, uri, order);
          int spared =
              database.change(
                  "UPDATE delivery SET state = 'cancelled' WHERE subscriber = ? AND id = ?"
                      + " AND (state = 'waiting' OR state = 'sending' AND handed = 0)",
                  uri,
                  order);
          if (all == 0) {
            add(
                Report.failed(
                    subscriber,
                    asking,
                    Reason.UNKNOWN_ORDER,
                    "there is no upload " + order + " to be cancelled"));
          } else if (spared == 0) {
            add(
                Report.failed(
                    subscriber,
                    asking,
                    Reason.TOO_LATE,
                    "upload " + order + " has left for all of its recipients"));
          } else {
            database.change(
                "UPDATE upload SET cancelled = 1 WHERE subscriber = ? AND id = ?", uri, order);
            add(
                Report.cancelled(
                    subscriber,
                    order,
                    "not sent to " + spared + " of " + all + " recipients, as you wished"));
          }
          endIfDone(subscriber, order);
          List<String> content =
              database.query(
                  row -> row.getString(1),
                  "SELECT sha256 FROM upload WHERE subscriber = ? AND id = ?",
                  uri,
                  order);
          return Optional.of(new Spared(spared, content.stream().findFirst()));
        });
  }

  private void endIfDone(Impu subscriber, long order) throws SQLException {
    database.change(
        "UPDATE upload SET state = 'done' WHERE subscriber = ? AND id = ? AND NOT EXISTS"
            + " (SELECT 1 FROM delivery WHERE delivery.subscriber = upload.subscriber"
            + " AND delivery.id = upload.id AND delivery.state IN ('waiting', 'sending'))",
        subscriber.uri(),
        order);
  }

  /**
   * Forgets a subscriber.
   *
   * @return digests of what was on its way
   */
  Set<String> remove(Impu subscriber) {
    return database.run(
        () -> {
          Set<String> contents =
              new HashSet<>(
                  database.query(
                      row -> row.getString(1),
                      "SELECT sha256 FROM upload WHERE subscriber = ? AND state = 'open'",
                      subscriber.uri()));
          for (String table : List.of("taken", "upload", "delivery", "report")) {
            database.change("DELETE FROM " + table + " WHERE subscriber = ?", subscriber.uri());
          }
          return contents;
        });
  }

  /** Forgets orders that are done and came before a time. */
  void forget(Instant before) {
    database.run(
        () -> {
          String done =
              " WHERE NOT EXISTS (SELECT 1 FROM upload WHERE upload.subscriber = %1$s.subscriber"
                  + " AND upload.id = %1$s.id AND upload.state <> 'done')";
          database.change(
              "DELETE FROM taken" + done.formatted("taken") + " AND at < ?", before.toEpochMilli());
          String gone =
              " WHERE NOT EXISTS (SELECT 1 FROM taken WHERE taken.subscriber = %1$s.subscriber"
                  + " AND taken.id = %1$s.id)";
          database.change("DELETE FROM delivery" + gone.formatted("delivery"));
          return database.change("DELETE FROM upload" + gone.formatted("upload"));
        });
  }

  /** Digests of all that is on its way. */
  Set<String> contents() {
    return database.run(
        () ->
            new HashSet<>(
                database.query(
                    row -> row.getString(1), "SELECT sha256 FROM upload WHERE state = 'open'")));
  }

  /** Whether an order under way needs a content. */
  boolean needs(String sha256) {
    return count("SELECT count(*) FROM upload WHERE sha256 = ? AND state = 'open'", sha256) > 0;
  }

  /** Orders of a subscriber that are not done. */
  long orders(Impu subscriber) {
    return count(
        "SELECT count(*) FROM upload WHERE subscriber = ? AND state <> 'done'", subscriber.uri());
  }

  /** Bytes of a subscriber that are on their way, each content once. */
  long bytes(Impu subscriber) {
    return count(
        "SELECT coalesce(sum(size), 0) FROM (SELECT DISTINCT sha256, size FROM upload"
            + " WHERE subscriber = ? AND state = 'open')",
        subscriber.uri());
  }

  /** When the oldest order that is not done came, milliseconds since the epoch; 0 without one. */
  long oldest() {
    return count("SELECT coalesce(min(ordered), 0) FROM upload WHERE state <> 'done'");
  }

  long awaited() {
    return count("SELECT count(*) FROM upload WHERE state = 'awaited'");
  }

  /** Recipients of open orders in a state. */
  long deliveries(String state) {
    return count(
        "SELECT count(*) FROM delivery JOIN upload USING (subscriber, id)"
            + " WHERE delivery.state = ? AND upload.state = 'open'",
        state);
  }

  private long count(String sql, Object... values) {
    return database.run(() -> database.number(sql, values));
  }

  private void add(Report report) throws SQLException {
    database.change(
        "INSERT INTO report (subscriber, id, topic, recipient, reason, text)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        report.subscriber().uri(),
        report.order(),
        report.topic(),
        report.to().orElse(null),
        report.reason().orElse(null),
        report.text());
  }

  /**
   * A report that is to be told.
   *
   * @param path of its order's file; empty without an order
   * @param recipients of its order
   */
  record Untold(long number, Report report, String path, int recipients) {
    String fileName() {
      return path.substring(path.lastIndexOf('/') + 1);
    }
  }

  /**
   * The oldest reports. That a recipient has got something is not among them as long as others of
   * its order, begun after a moment, are tried for the first time: they are going to be told
   * together.
   */
  List<Untold> untold(Instant begun, int most) {
    return database.run(
        () ->
            database.query(
                row ->
                    new Untold(
                        row.getLong("number"),
                        new Report(
                            new Impu(row.getString("subscriber")),
                            row.getLong("id"),
                            row.getString("topic"),
                            Optional.ofNullable(row.getString("recipient")),
                            Optional.ofNullable(row.getString("reason")),
                            row.getString("text")),
                        row.getString("path"),
                        row.getInt("recipients")),
                "SELECT *, coalesce((SELECT path FROM upload u WHERE u.subscriber = r.subscriber"
                    + " AND u.id = r.id), '') AS path, (SELECT count(*)"
                    + OF_ITS_ORDER
                    + ") AS recipients FROM report r WHERE NOT (topic = ? AND EXISTS (SELECT 1"
                    + OF_ITS_ORDER
                    + " AND d.state IN ('waiting', 'sending') AND d.failures = 0 AND d.due > ?))"
                    + " ORDER BY number LIMIT ?",
                Report.SENT,
                begun.toEpochMilli(),
                most));
  }

  /** It is durable where the phone gets it from. */
  void told(long number) {
    database.run(() -> database.change("DELETE FROM report WHERE number = ?", number));
  }

  @Override
  public void close() {
    try {
      database.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
