package org.phonemirror.core.antivirus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.phonemirror.core.service.NoticeBoard;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;

/**
 * Notices on their way to the board, which are committed with what they tell of: after a breakdown
 * each goes again, as it was, or never if it had arrived.
 */
final class Outbox {
  private static final long BOARD_SECONDS = 30;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ScanDatabase database;

  Outbox(ScanDatabase database) {
    this.database = database;
  }

  private record Waiting(long id, Impu subscriber, Notice notice) {}

  void add(Impu subscriber, Notice notice) {
    List<List<String>> fields = new ArrayList<>();
    notice.fields().forEach(field -> fields.add(List.of(field.name(), field.value())));
    try {
      database.update(
          "INSERT INTO outbox (subscriber, topic, fields) VALUES(?, ?, ?)",
          subscriber.uri(),
          notice.topic(),
          JSON.writeValueAsString(fields));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts can always be written", e);
    }
  }

  /**
   * Takes all that waits to the board.
   *
   * @throws ExecutionException if the board does not take one; it and the rest wait on
   */
  void deliver(NoticeBoard board)
      throws ExecutionException, TimeoutException, InterruptedException {
    for (Optional<Waiting> next = next(); next.isPresent(); next = next()) {
      Waiting waiting = next.get();
      board
          .tell(waiting.subscriber, waiting.notice)
          .toCompletableFuture()
          .get(BOARD_SECONDS, TimeUnit.SECONDS);
      database.update("DELETE FROM outbox WHERE id = ?", waiting.id);
    }
  }

  private Optional<Waiting> next() {
    return database
        .query(
            row ->
                new Waiting(
                    row.getLong(1),
                    new Impu(row.getString(2)),
                    new Notice(row.getString(3), fields(row.getString(4)))),
            "SELECT id, subscriber, topic, fields FROM outbox ORDER BY id LIMIT 1")
        .stream()
        .findFirst();
  }

  private static List<Field> fields(String json) {
    try {
      return JSON.readValue(json, new TypeReference<List<List<String>>>() {}).stream()
          .map(field -> new Field(field.get(0), field.get(1)))
          .toList();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the outbox holds '" + json + "'", e);
    }
  }

  void forget(Impu subscriber) {
    database.update("DELETE FROM outbox WHERE subscriber = ?", subscriber.uri());
  }
}
