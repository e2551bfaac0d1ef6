package org.phonemirror.core.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.SyncCodec;

/** What the journal keeps, and that it does not grow for ever. */
class JournalTest {
  private static final String ID = Mirrors.ENTITY + "|" + World.ALICE.uri();

  @TempDir Path directory;

  @Test
  void messagesAreReadInTheirOrderFromAnyPosition() throws Exception {
    Journal journal = journal();
    assertThat(journal.reach(World.ALICE, 0)).isZero();
    try (Connection connection = connect()) {
      // a mirror before this one had messages of the same numbers
      insert(connection, 1, message(1));
      insert(connection, 2, new MirrorEvent.Unsubscribed());
      for (int i = 1; i <= 5; i++) {
        insert(connection, 2L * i + 1, message(i));
        insert(connection, 2L * i + 2, new MirrorEvent.Checkpointed(i));
      }
    }
    assertThat(sequences(journal.messages(World.ALICE, 0, 10))).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(sequences(journal.messages(World.ALICE, 2, 2))).containsExactly(3L, 4L);
    assertThat(journal.messages(World.ALICE, 5, 10)).isEmpty();
    assertThat(journal.messages(new Impu("sip:bob@ims.test"), 0, 10)).isEmpty();
    assertThat(journal.reach(World.ALICE, 5)).isZero();
  }

  @Test
  void onlyWhatASnapshotHoldsAndNobodyBuildsFromIsDeleted() throws Exception {
    Journal journal = journal();
    try (Connection connection = connect()) {
      for (int i = 1; i <= 10; i++) {
        insert(connection, 2L * i - 1, message(i));
        insert(connection, 2L * i, new MirrorEvent.Checkpointed(i));
      }
      assertThat(journal.compact(World.ALICE, 8)).as("no snapshot holds it").isZero();
      snapshot(connection, 6);
      snapshot(connection, 14);
      assertThat(journal.compact(World.ALICE, 8)).as("up to the older snapshot").isEqualTo(6);
      assertThat(journal.reach(World.ALICE, 10)).isEqualTo(3);
      assertThat(sequences(journal.messages(World.ALICE, 4, 3))).containsExactly(5L, 6L, 7L);
      snapshot(connection, 20);
      connection.createStatement().execute("DELETE FROM \"snapshot\" WHERE \"sequence_number\"<20");
      assertThat(journal.compact(World.ALICE, 8)).as("up to the base").isEqualTo(10);
      assertThat(journal.reach(World.ALICE, 10)).isEqualTo(8);
      journal.compact(World.ALICE, 10);
      assertThat(journal.reach(World.ALICE, 10)).as("no message is left").isEqualTo(10);
      assertThat(journal.prepare()).as("it is still known").containsExactly(World.ALICE);
    }
  }

  @Test
  void withThousandsOfMessagesTheFileStaysSmall() throws Exception {
    Journal journal = journal();
    long afterFirst = 0;
    long event = 0;
    try (Connection connection = connect()) {
      for (int round = 1; round <= 10; round++) {
        connection.setAutoCommit(false);
        for (int i = 0; i < 500; i++) {
          event++;
          insert(connection, event, message(event));
        }
        connection.createStatement().execute("DELETE FROM \"snapshot\"");
        snapshot(connection, event - 100);
        connection.commit();
        connection.setAutoCommit(true);
        assertThat(journal.compact(World.ALICE, event - 50)).isGreaterThan(300);
        if (round == 2) {
          afterFirst = size();
        }
      }
      assertThat(size()).isLessThanOrEqualTo(afterFirst + 64 * 1024);
    }
  }

  private long size() throws Exception {
    return Files.size(directory.resolve("journal.sqlite"));
  }

  private Journal journal() throws Exception {
    Journal journal = new Journal(directory);
    journal.prepare();
    return journal;
  }

  private Connection connect() throws Exception {
    return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("journal.sqlite"));
  }

  private static MirrorEvent message(long sequence) {
    return new MirrorEvent.MessageAccepted(
        SyncCodec.encode(new Boot(sequence, 1, 0, "m".repeat(200))));
  }

  private static List<Long> sequences(List<byte[]> messages) {
    return messages.stream().map(m -> MirrorState.decode(m).sequence()).toList();
  }

  private static void insert(Connection connection, long number, MirrorEvent event)
      throws Exception {
    MirrorSerializer serializer = new MirrorSerializer();
    try (PreparedStatement row =
        connection.prepareStatement(
            "INSERT INTO \"event_journal\"(\"persistence_id\",\"sequence_number\",\"writer\","
                + "\"write_timestamp\",\"adapter_manifest\",\"event_payload\",\"event_ser_id\","
                + "\"event_ser_manifest\") VALUES(?,?,'',0,'',?,?,?)")) {
      row.setString(1, ID);
      row.setLong(2, number);
      row.setBytes(3, serializer.toBinary(event));
      row.setInt(4, serializer.identifier());
      row.setString(5, serializer.manifest(event));
      row.executeUpdate();
    }
  }

  private static void snapshot(Connection connection, long number) throws Exception {
    try (PreparedStatement row =
        connection.prepareStatement("INSERT INTO \"snapshot\" VALUES(?,?,0,0,'',x'',0,'',x'')")) {
      row.setString(1, ID);
      row.setLong(2, number);
      row.executeUpdate();
    }
  }
}
