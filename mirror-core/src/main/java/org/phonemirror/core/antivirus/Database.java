package org.phonemirror.core.antivirus;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.sqlite.JDBC;

/**
 * The service's SQLite database: one connection, one transaction at a time. A transaction that must
 * survive the machine's power is {@link #durably} done; one that can be made again from what the
 * mirrors hold need only survive the process, and costs no sync.
 */
final class Database implements AutoCloseable {
  private final String url;
  private final Connection connection;

  private Database(String url, Connection connection) {
    this.url = url;
    this.connection = connection;
  }

  static Database open(Path directory) throws IOException {
    Files.createDirectories(directory);
    String url =
        "jdbc:sqlite:"
            + directory.resolve("antivirus.sqlite")
            + "?journal_mode=WAL&synchronous=NORMAL&busy_timeout=5000";
    try {
      Connection connection = new JDBC().connect(url, new Properties());
      try (Statement statement = connection.createStatement()) {
        for (String table : schema().split(";", -1)) {
          if (!table.isBlank()) {
            statement.execute(table);
          }
        }
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
      return new Database(url, connection);
    } catch (SQLException e) {
      throw new IOException("can't open " + url + ": " + e.getMessage(), e);
    }
  }

  private static String schema() throws IOException {
    try (InputStream in = Database.class.getResourceAsStream("antivirus.sql")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** What is done in a transaction. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws SQLException;
  }

  /** Reads a row. */
  @FunctionalInterface
  interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  /** Runs a transaction, or joins the one that this thread is in. */
  synchronized <T> T run(Work<T> work) {
    try {
      return connection.getAutoCommit() ? transaction(work) : work.run();
    } catch (SQLException e) {
      throw new UncheckedIOException(new IOException(url + ": " + e.getMessage(), e));
    }
  }

  /** Runs a transaction that is synced, and with it all before. */
  synchronized <T> T durably(Work<T> work) {
    try {
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA synchronous = FULL");
        return transaction(work);
      } finally {
        try (Statement statement = connection.createStatement()) {
          statement.execute("PRAGMA synchronous = NORMAL");
        }
      }
    } catch (SQLException e) {
      throw new UncheckedIOException(new IOException(url + ": " + e.getMessage(), e));
    }
  }

  private <T> T transaction(Work<T> work) throws SQLException {
    connection.setAutoCommit(false);
    try {
      T result = work.run();
      connection.commit();
      return result;
    } finally {
      connection.rollback(); // what was not committed
      connection.setAutoCommit(true);
    }
  }

  /** Changes rows, in a transaction; returns how many. */
  int update(String sql, Object... values) {
    return run(
        () -> {
          try (PreparedStatement statement = statement(sql, values)) {
            return statement.executeUpdate();
          }
        });
  }

  /** Reads all rows of a query. */
  <T> List<T> query(Row<T> row, String sql, Object... values) {
    return run(
        () -> {
          try (PreparedStatement statement = statement(sql, values);
              ResultSet rows = statement.executeQuery()) {
            List<T> all = new ArrayList<>();
            while (rows.next()) {
              all.add(row.of(rows));
            }
            return all;
          }
        });
  }

  private PreparedStatement statement(String sql, Object... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }

  @Override
  public synchronized void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new UncheckedIOException(new IOException(url + ": " + e.getMessage(), e));
    }
  }
}
