package org.phonemirror.core.upload;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.phonemirror.core.subscriber.Impu;

/** Reads the outbox's rows. */
final class OutboxRows {
  private OutboxRows() {}

  static Outbox.Due due(ResultSet row) throws SQLException {
    Recipient recipient;
    try {
      recipient = Recipient.of(row.getString("recipient"));
    } catch (WrongOrderException e) {
      throw new SQLException("recipient was taken, and is wrong now", e);
    }
    return new Outbox.Due(
        new Outbox.Key(
            new Impu(row.getString("subscriber")), row.getLong("id"), row.getInt("number")),
        upload(row, List.of(recipient)),
        instant(row, "ordered"),
        instant(row, "until"),
        row.getInt("failures"),
        row.getBoolean("doubtful"));
  }

  static Upload upload(ResultSet row, List<Recipient> recipients) throws SQLException {
    return new Upload(
        row.getLong("id"),
        row.getString("path"),
        row.getLong("size"),
        row.getString("sha256"),
        row.getString("subject"),
        row.getString("body"),
        recipients);
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    return Instant.ofEpochMilli(row.getLong(column));
  }
}
