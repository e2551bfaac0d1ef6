package org.phonemirror.core.mirror;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.phonemirror.core.subscriber.Impu;
import org.sqlite.JDBC;

/**
 * The embedded journal: SQLite with a write-ahead log that is synced at every commit ({@code
 * synchronous=FULL}), so that what was acknowledged survives a crash of the process or the machine,
 * and a full disk refuses instead of forgetting.
 */
final class Journal {
  private static final String PREFIX = Mirrors.ENTITY + "|";

  /** A mirror's messages in their order, since its last unsubscription. */
  private static final String MESSAGES =
      " FROM \"event_journal\" WHERE \"persistence_id\" = ?1"
          + " AND \"event_ser_manifest\" = 'MessageAccepted' AND \"sequence_number\" >"
          + " (SELECT COALESCE(MAX(\"sequence_number\"), 0) FROM \"event_journal\""
          + " WHERE \"persistence_id\" = ?1 AND \"event_ser_manifest\" = 'Unsubscribed')"
          + " ORDER BY \"sequence_number\"";

  private static final int FREE_PAGES = 1000;

  private final String file;
  private final String url;

  Journal(Path state) {
    this.file = "jdbc:sqlite:" + state.resolve("journal.sqlite");
    this.url =
        file
            + "?journal_mode=WAL&synchronous=FULL&busy_timeout=5000"
            // a transaction that becomes a writer on its way can't wait for another writer
            + "&transaction_mode=IMMEDIATE&journal_size_limit=16777216";
  }

  /** Makes the tables where they are missing, and tells whose mirrors the journal knows. */
  List<Impu> prepare() throws IOException {
    List<Impu> known = new ArrayList<>();
    try (Connection plain = new JDBC().connect(file, new Properties());
        Statement statement = plain.createStatement()) {
      // a new file gives room back that compaction makes; that is settled before all else
      statement.execute("PRAGMA auto_vacuum = INCREMENTAL");
      for (String table : schema().split(";", -1)) {
        if (!table.isBlank()) {
          statement.execute(table);
        }
      }
      try (ResultSet ids =
          statement.executeQuery("SELECT DISTINCT \"persistence_id\" FROM \"event_journal\"")) {
        while (ids.next()) {
          String id = ids.getString(1);
          if (id.startsWith(PREFIX)) {
            known.add(new Impu(id.substring(PREFIX.length())));
          }
        }
      }
    } catch (SQLException e) {
      throw new IOException("can't open the journal at " + url + ": " + e.getMessage(), e);
    }
    return known;
  }

  /**
   * Commits a row of its own, which is synced as everything here is.
   *
   * @throws IOException if that fails
   */
  void check() throws IOException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO \"health\" VALUES(1, 1)"
              + " ON CONFLICT(\"id\") DO UPDATE SET \"checks\" = \"checks\" + 1");
    } catch (SQLException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * The messages that a mirror took, as they came, in their order. What is before its last
   * unsubscription is another mirror's.
   *
   * @param after the sequence number behind which to begin; 0 for the first
   * @param most how many to give at most
   * @return consecutive; the first may be a later one if the journal does not reach back so far
   */
  List<byte[]> messages(Impu subscriber, long after, int most) throws IOException {
    long first = first(subscriber);
    return query(
        "SELECT \"event_payload\", \"event_ser_manifest\"" + MESSAGES + " LIMIT ? OFFSET ?",
        row -> accepted(row).encoded(),
        PREFIX + subscriber.uri(),
        most,
        first == 0 ? 0 : Math.max(0, after + 1 - first));
  }

  /**
   * The position from which on the journal has all messages of a mirror.
   *
   * @param last sequence number of the last message that it took
   */
  long reach(Impu subscriber, long last) throws IOException {
    long first = first(subscriber);
    return first == 0 ? last : first - 1;
  }

  /** Sequence number of the first message that is kept; 0 if none is. */
  private long first(Impu subscriber) throws IOException {
    List<Long> first =
        query(
            "SELECT \"event_payload\", \"event_ser_manifest\"" + MESSAGES + " LIMIT 1",
            row -> MirrorState.decode(accepted(row).encoded()).sequence(),
            PREFIX + subscriber.uri());
    return first.isEmpty() ? 0 : first.get(0);
  }

  private static MirrorEvent.MessageAccepted accepted(ResultSet row) throws SQLException {
    return (MirrorEvent.MessageAccepted)
        new MirrorSerializer().fromBinary(row.getBytes(1), row.getString(2));
  }

  /**
   * Deletes what nobody needs any more of a mirror's events: those that all its snapshots hold, and
   * that are before the first message after a position.
   *
   * @return how many
   */
  int compact(Impu subscriber, long position) throws IOException {
    String id = PREFIX + subscriber.uri();
    long first = first(subscriber);
    long past = first == 0 ? 0 : Math.max(0, position + 1 - first);
    List<Long> keepFrom =
        query(
            "SELECT \"sequence_number\"" + MESSAGES + " LIMIT 1 OFFSET ?",
            row -> row.getLong(1),
            id,
            past);
    try (Connection connection = connect()) {
      int deleted =
          change(
              connection,
              "DELETE FROM \"event_journal\" WHERE \"persistence_id\" = ?"
                  + " AND \"sequence_number\" < ?"
                  // a mirror that has no snapshot yet begins at its first event
                  + " AND \"sequence_number\" <= (SELECT COALESCE(MIN(\"sequence_number\"), 0)"
                  + " FROM \"snapshot\" WHERE \"persistence_id\" = ?)"
                  // the highest number used is read from the last event
                  + " AND \"sequence_number\" < (SELECT MAX(\"sequence_number\")"
                  + " FROM \"event_journal\" WHERE \"persistence_id\" = ?)",
              id,
              keepFrom.isEmpty() ? Long.MAX_VALUE : keepFrom.get(0),
              id,
              id);
      giveBack(connection);
      return deleted;
    } catch (SQLException e) {
      throw new IOException("can't compact the journal at " + url + ": " + e.getMessage(), e);
    }
  }

  /** Free pages are used again; when they are many, some go back to the file system. */
  private static void giveBack(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      long free = number(statement, "PRAGMA freelist_count");
      if (free > FREE_PAGES && free > number(statement, "PRAGMA page_count") / 4) {
        statement.execute("PRAGMA incremental_vacuum(" + FREE_PAGES + ")");
      }
    }
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  private interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private <T> List<T> query(String sql, Reader<T> reader, Object... values) throws IOException {
    List<T> result = new ArrayList<>();
    try (Connection connection = connect();
        PreparedStatement statement = prepare(connection, sql, values);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        result.add(reader.read(rows));
      }
      return result;
    } catch (SQLException e) {
      throw new IOException("can't read the journal at " + url + ": " + e.getMessage(), e);
    }
  }

  private static int change(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, values)) {
      return statement.executeUpdate();
    }
  }

  private static PreparedStatement prepare(Connection connection, String sql, Object... values)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }

  private Connection connect() throws SQLException {
    return new JDBC().connect(url, new Properties());
  }

  private static String schema() throws IOException {
    try (InputStream in = Journal.class.getResourceAsStream("journal.sql")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  Config config() {
    return ConfigFactory.parseMap(
        Map.of("pekko-persistence-jdbc.shared-databases.slick.db.url", url));
  }
}
