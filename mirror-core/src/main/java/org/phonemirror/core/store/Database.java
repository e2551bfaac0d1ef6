package org.phonemirror.core.store;

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
 * An SQLite file with a write-ahead log, as the mirrors' journal is: one connection, one
 * transaction at a time.
 *
 * <p>Transactions are begun and ended here and not by the driver, which never gets over a full
 * disk: SQLite rolls back by itself then, and the driver fails to for ever after.
 */
public final class Database implements AutoCloseable {
  /** What a commit has to survive. */
  public enum Durability {
    /** A crash of the machine: every commit is synced. */
    MACHINE("FULL"),
    /** A crash of the process, which costs no sync, but for what is done {@link #durably}. */
    PROCESS("NORMAL");

    private final String synchronous;

    Durability(String synchronous) {
      this.synchronous = synchronous;
    }
  }

  /** What is done as a whole or not at all. */
  @FunctionalInterface
  public interface Work<T> {
    /** Does it, by the statements of the database. */
    T run() throws SQLException, IOException;
  }

  /** Makes a value of a row. */
  @FunctionalInterface
  public interface Reader<T> {
    /** Reads its columns, and does not move on. */
    T read(ResultSet row) throws SQLException;
  }

  private final Path file;
  private final Durability durability;
  private final Connection connection;
  private boolean inTransaction;

  private Database(Path file, Durability durability, Connection connection) {
    this.file = file;
    this.durability = durability;
    this.connection = connection;
  }

  /**
   * Opens it, and makes its tables where they are missing.
   *
   * @param owner class beside which the schema is
   * @param schema name of a resource: statements that do no harm when they are repeated
   * @throws IOException names the file, if that cannot be opened
   */
  public static Database open(Path file, Class<?> owner, String schema, Durability durability)
      throws IOException {
    String url =
        "jdbc:sqlite:%s?journal_mode=WAL&synchronous=%s&busy_timeout=5000"
            .formatted(file, durability.synchronous);
    try {
      Database database = new Database(file, durability, new JDBC().connect(url, new Properties()));
      try {
        for (String part : resource(owner, schema).split(";", -1)) {
          if (!part.isBlank()) {
            database.execute(part);
          }
        }
        return database;
      } catch (SQLException | IOException e) {
        database.close();
        throw e;
      }
    } catch (SQLException e) {
      throw new IOException("can't open " + file + ": " + e.getMessage(), e);
    }
  }

  private static String resource(Class<?> owner, String name) throws IOException {
    try (InputStream in = owner.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Commits what the work does, or joins the transaction that this thread is in; if it fails,
   * nothing of it is done.
   *
   * @throws IOException what the work threw, or one that names the file, as when the disk is full
   */
  public synchronized <T> T transaction(Work<T> work) throws IOException {
    try {
      return inTransaction ? work.run() : begun(work);
    } catch (SQLException e) {
      throw new IOException(file + " can't be used: " + e.getMessage(), e);
    }
  }

  /** The same for those whose callers can do nothing about it. */
  public <T> T run(Work<T> work) {
    try {
      return transaction(work);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a transaction that is synced, and with it all before. Not within another. */
  public synchronized <T> T durably(Work<T> work) {
    try {
      execute("PRAGMA synchronous = FULL");
      try {
        return run(work);
      } finally {
        execute("PRAGMA synchronous = " + durability.synchronous);
      }
    } catch (SQLException e) {
      throw new UncheckedIOException(
          new IOException(file + " can't be used: " + e.getMessage(), e));
    }
  }

  private <T> T begun(Work<T> work) throws SQLException, IOException {
    execute("BEGIN");
    inTransaction = true;
    try {
      T result = work.run();
      execute("COMMIT");
      return result;
    } catch (SQLException | IOException | RuntimeException | Error e) {
      rollBack(e);
      throw e;
    } finally {
      inTransaction = false;
    }
  }

  private void rollBack(Throwable cause) {
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

  /** Within a transaction: changes rows; gives how many. */
  public int change(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values)) {
      return statement.executeUpdate();
    }
  }

  /** Within a transaction: reads all rows. */
  public <T> List<T> query(Reader<T> reader, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values);
        ResultSet rows = statement.executeQuery()) {
      List<T> all = new ArrayList<>();
      while (rows.next()) {
        all.add(reader.read(rows));
      }
      return all;
    }
  }

  /** Within a transaction: a number that is there in any case, as a count or a sum. */
  public long number(String sql, Object... values) throws SQLException {
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
  public synchronized void close() throws IOException {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IOException("can't close " + file + ": " + e.getMessage(), e);
    }
  }
}
