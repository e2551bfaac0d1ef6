package org.phonemirror.core.upload;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
 * An SQLite file that is synced at every commit, as the mirrors' journal is. One connection, used
 * by one thread at a time.
 */
final class Database implements AutoCloseable {
  private final Path file;
  private final Connection connection;

  /** Reads a row. */
  @FunctionalInterface
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** What is done as a whole or not at all. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws SQLException;
  }

  private Database(Path file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  /**
   * Opens it and makes its tables where they are missing.
   *
   * @param schema a resource beside this class
   */
  static Database open(Path file, String schema) throws IOException {
    String url = "jdbc:sqlite:" + file + "?journal_mode=WAL&synchronous=FULL&busy_timeout=5000";
    try {
      Connection connection = new JDBC().connect(url, new Properties());
      Database database = new Database(file, connection);
      try (Statement statement = connection.createStatement()) {
        for (String table : resource(schema).split(";", -1)) {
          if (!table.isBlank()) {
            statement.execute(table);
          }
        }
        connection.setAutoCommit(false);
      } catch (SQLException | IOException e) {
        database.close();
        throw e;
      }
      return database;
    } catch (SQLException e) {
      throw new IOException("can't open " + file + ": " + e.getMessage(), e);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Database.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Commits what the work does; if it fails, nothing of it is done. */
  synchronized <T> T transaction(Work<T> work) {
    try {
      try {
        T result = work.run();
        connection.commit();
        return result;
      } finally {
        connection.rollback();
      }
    } catch (SQLException e) {
      throw new UncheckedIOException(
          new IOException(file + " can't be used: " + e.getMessage(), e));
    }
  }

  /** Within a transaction: changes rows, and tells how many. */
  int change(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values)) {
      return statement.executeUpdate();
    }
  }

  /** Within a transaction: reads rows. */
  <T> List<T> read(Row<T> reader, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values);
        ResultSet rows = statement.executeQuery()) {
      List<T> all = new ArrayList<>();
      while (rows.next()) {
        all.add(reader.read(rows));
      }
      return all;
    }
  }

  /** Within a transaction: a number that is there in any case. */
  long number(String sql, Object... values) throws SQLException {
    return read(row -> row.getLong(1), sql, values).get(0);
  }

  private PreparedStatement prepare(String sql, Object... values) throws SQLException {
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
      throw new UncheckedIOException(new IOException("can't close " + file, e));
    }
  }
}
