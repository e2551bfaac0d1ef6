package org.phonemirror.testnet.story;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.MalformedMessageException;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;
import org.sqlite.SQLiteConfig;

/** What a running server's journal holds of a phone, read beside the server. */
final class JournalView {
  private static final String ACCEPTED =
      "SELECT \"event_payload\" FROM \"event_journal\" WHERE \"persistence_id\" = ?"
          + " AND \"event_ser_manifest\" = 'MessageAccepted' ORDER BY \"sequence_number\"";

  private JournalView() {}

  /** All messages that were acknowledged, in the order in which they were. */
  static List<SyncMessage> messages(Path state, String subscriber)
      throws SQLException, MalformedMessageException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    List<SyncMessage> messages = new ArrayList<>();
    try (Connection journal =
            config.createConnection("jdbc:sqlite:" + state.resolve("journal.sqlite"));
        PreparedStatement query = journal.prepareStatement(ACCEPTED)) {
      query.setString(1, "mirror|" + subscriber);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          ByteBuffer payload = ByteBuffer.wrap(rows.getBytes(1));
          byte[] encoded = new byte[payload.getInt()];
          payload.get(encoded);
          messages.add(SyncCodec.decode(encoded));
        }
      }
    }
    return messages;
  }

  /** The batches among them. */
  static List<Batch> batches(Path state, String subscriber)
      throws SQLException, MalformedMessageException {
    return messages(state, subscriber).stream()
        .filter(Batch.class::isInstance)
        .map(Batch.class::cast)
        .toList();
  }
}
