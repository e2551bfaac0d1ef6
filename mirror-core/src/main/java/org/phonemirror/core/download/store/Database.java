package org.phonemirror.core.download.store;

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
import java.util.Properties;
import org.sqlite.JDBC;

/**
 * SQLite with a write-ahead log that is synced at every commit, as the mirrors' journal has it. Its
 * user sees to it that one thread uses it at a time.
 */
final class Database implements AutoCloseable {
  private static final String SCHEMA = "downloads.sql";

  private final Connection connection;

  private Database(Connection connection) {
    this.connection = connection;
  }

  static Database open(Path file) throws IOException {
    String url = "jdbc:sqlite:" + file + "?journal_mode=WAL&synchronous=FULL&busy_timeout=5000";
    try {
      Connection connection = new JDBC().connect(url, new Properties());
      try (Statement statement = connection.createStatement()) {
        for (String part : schema().split(";", -1)) {
          if (!part.isBlank()) {
            statement.execute(part);
          }
        }
        return new Database(connection);
      } catch (SQLException | IOException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw new IOException("can't open the downloads at " + file + ": " + e.getMessage(), e);
    }
  }

  private static String schema() throws IOException {
    try (InputStream in = Database.class.getResourceAsStream(SCHEMA)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Work that is done as a whole or not at all. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws SQLException, IOException;
  }

  /**
   * Does it in a transaction. That is begun and ended here and not by the driver, which never gets
   * over a full disk: SQLite rolls back by itself then, and the driver fails to for ever after.
   */
  <T> T transaction(Work<T> work) throws IOException {
    try {
      execute("BEGIN");
      try {
        T result = work.run();
        execute("COMMIT");
        return result;
      } catch (SQLException | IOException | RuntimeException e) {
        rollBack(e);
        throw e;
      }
    } catch (SQLException e) {
      throw new IOException("the database of downloads failed: " + e.getMessage(), e);
    }
  }

  private void rollBack(Exception cause) {
    try {
      execute("ROLLBACK");
    } catch (SQLException e) {
      cause.addSuppressed(e); // it was rolled back already
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Changes rows; gives how many. */
  int change(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values)) {
      return statement.executeUpdate();
    }
  }

  /** Makes a value of a row. */
  @FunctionalInterface
  interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  <T> List<T> query(Reader<T> reader, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values);
        ResultSet rows = statement.executeQuery()) {
      List<T> result = new ArrayList<>();
      while (rows.next()) {
        result.add(reader.read(rows));
      }
      return result;
    }
  }

  /** A number that is there in any case, as a count or a sum. */
  long number(String sql, Object... values) throws SQLException {
    return query(row -> row.getLong(1), sql, values).get(0);
  }

  private PreparedStatement prepare(String sql, Object... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    try {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement;
    } catch (SQLException e) {
      statement.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IOException("can't close the database of downloads: " + e.getMessage(), e);
    }
  }
}
