package org.phonemirror.core.mirror;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
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

  private final String url;

  Journal(Path state) {
    this.url =
        "jdbc:sqlite:"
            + state.resolve("journal.sqlite")
            + "?journal_mode=WAL&synchronous=FULL&busy_timeout=5000";
  }

  /** Makes the tables where they are missing, and tells whose mirrors the journal knows. */
  List<Impu> prepare() throws IOException {
    List<Impu> known = new ArrayList<>();
    try (Connection connection = new JDBC().connect(url, new Properties());
        Statement statement = connection.createStatement()) {
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
    try (Connection connection = new JDBC().connect(url, new Properties());
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO \"health\" VALUES(1, 1)"
              + " ON CONFLICT(\"id\") DO UPDATE SET \"checks\" = \"checks\" + 1");
    } catch (SQLException e) {
      throw new IOException(e.getMessage(), e);
    }
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
