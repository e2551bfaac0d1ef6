package org.phonemirror.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.phonemirror.core.store.Database.Durability;

class DatabaseTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("words.sqlite");
  }

  private Database open(Durability durability) throws IOException {
    return Database.open(file, DatabaseTest.class, "words.sql", durability);
  }

  private static int add(Database database, String word) {
    return database.run(() -> database.change("INSERT INTO word(text) VALUES(?)", word));
  }

  private static List<String> words(Database database) {
    return database.run(
        () -> database.query(row -> row.getString(1), "SELECT text FROM word ORDER BY text"));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsCommittedIsThereAfterwards(Durability durability) throws IOException {
    try (Database database = open(durability)) {
      assertThat(add(database, "one")).isEqualTo(1);
      database.durably(() -> database.change("INSERT INTO word(text) VALUES(?)", "two"));
    }
    try (Database again = open(durability)) {
      assertThat(words(again)).containsExactly("one", "two");
      assertThat(again.<Long>run(() -> again.number("SELECT count(*) FROM word"))).isEqualTo(2);
    }
  }

  @Test
  void workThatFailsIsNotDone() throws IOException {
    try (Database database = open(Durability.MACHINE)) {
      assertThatThrownBy(
              () ->
                  database.transaction(
                      () -> {
                        add(database, "one");
                        throw new IOException("no more");
                      }))
          .hasMessage("no more");
      assertThatThrownBy(
              () ->
                  database.run(
                      () -> {
                        add(database, "two");
                        throw new IllegalStateException("nor this");
                      }))
          .hasMessage("nor this");
      assertThat(words(database)).isEmpty();
    }
  }

  @Test
  void aTransactionWithinOneIsPartOfIt() throws IOException {
    try (Database database = open(Durability.MACHINE)) {
      assertThatThrownBy(
              () ->
                  database.run(
                      () -> {
                        database.transaction(() -> add(database, "one"));
                        return database.change("INSERT INTO nowhere VALUES(1)");
                      }))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("nowhere");
      assertThat(words(database)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void itWorksAgainWhenThereIsRoomAgain(Durability durability) throws IOException {
    try (Database database = open(durability)) {
      add(database, "one");
      pages(database, 1); // never fewer than it has
      assertThatThrownBy(() -> add(database, "long ".repeat(10_000)))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("full");
      assertThatThrownBy(() -> database.durably(() -> add(database, "long ".repeat(10_000))))
          .hasMessageContaining("full");
      assertThat(words(database)).containsExactly("one");

      pages(database, 100_000);
      add(database, "two");
      assertThat(words(database)).containsExactly("one", "two");
    }
  }

  private static void pages(Database database, int most) {
    database.run(() -> database.query(row -> row.getLong(1), "PRAGMA max_page_count = " + most));
  }

  @Test
  void aFileThatIsNoDatabaseIsNamed() throws IOException {
    Files.writeString(file, "this is no database, ".repeat(100));
    assertThatThrownBy(() -> open(Durability.MACHINE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }
}
