package org.phonemirror.core.antivirus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.phonemirror.core.store.Database;
import org.phonemirror.core.store.Database.Durability;
import org.phonemirror.core.store.Database.Reader;
import org.phonemirror.core.store.Database.Work;

/**
 * The service's database, in which a statement alone is a transaction, too. A transaction that must
 * survive the machine's power is {@link #durably} done; one that can be made again from what the
 * mirrors hold need only survive the process, and costs no sync.
 */
final class ScanDatabase implements AutoCloseable {
  private final Database file;

  private ScanDatabase(Database file) {
    this.file = file;
  }

  static ScanDatabase open(Path directory) throws IOException {
    Files.createDirectories(directory);
    return new ScanDatabase(
        Database.open(
            directory.resolve("antivirus.sqlite"),
            ScanDatabase.class,
            "antivirus.sql",
            Durability.PROCESS));
  }

  /** Runs a transaction, or joins the one that this thread is in. */
  <T> T run(Work<T> work) {
    return file.run(work);
  }

  /** Runs a transaction that is synced, and with it all before. */
  <T> T durably(Work<T> work) {
    return file.durably(work);
  }

  /** Changes rows; returns how many. */
  int update(String sql, Object... values) {
    return run(() -> file.change(sql, values));
  }

  /** Reads all rows of a query. */
  <T> List<T> query(Reader<T> reader, String sql, Object... values) {
    return run(() -> file.query(reader, sql, values));
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
