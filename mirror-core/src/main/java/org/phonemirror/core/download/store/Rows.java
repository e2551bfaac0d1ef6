package org.phonemirror.core.download.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.phonemirror.core.download.fetch.Reason;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.ServicePolicies;

/** Reads rows of the database. */
final class Rows {
  private Rows() {}

  static Download download(ResultSet row) throws SQLException {
    Optional<String> name = Optional.ofNullable(row.getString("name"));
    Optional<Download.CachedFile> file = Optional.empty();
    if (name.isPresent()) {
      file =
          Optional.of(
              new Download.CachedFile(
                  name.get(),
                  row.getString("digest"),
                  row.getLong("size"),
                  row.getString("token"),
                  Instant.ofEpochMilli(row.getLong("expires"))));
    }
    return new Download(
        new Impu(row.getString("subscriber")),
        row.getLong("id"),
        row.getString("url"),
        Optional.ofNullable(row.getString("wanted_name")),
        new ServicePolicies.Download(
            row.getLong("quota"),
            Duration.ofMillis(row.getLong("keep")),
            row.getBoolean("at_once")),
        Download.State.valueOf(row.getString("state")),
        file,
        Optional.ofNullable(row.getString("reason")).isPresent()
            ? Optional.of(
                new Download.Failure(
                    Reason.valueOf(row.getString("reason")), row.getString("text")))
            : Optional.empty());
  }

  static Fetch fetch(ResultSet row) throws SQLException {
    long total = row.getLong("total");
    OptionalLong known = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(total);
    return new Fetch(
        row.getLong("id"),
        row.getString("url"),
        new Impu(row.getString("subscriber")),
        row.getInt("attempts"),
        Instant.ofEpochMilli(row.getLong("deadline")),
        row.getLong("safe"),
        Optional.ofNullable(row.getString("validator")),
        known);
  }
}
