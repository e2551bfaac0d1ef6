package org.phonemirror.core.antivirus;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.phonemirror.core.antivirus.Listing.ListedFile;
import org.phonemirror.core.subscriber.Impu;

/**
 * Which mirrors hold which contents, and since when: of those that are scanned without being asked,
 * everything; of others, what they ordered to be scanned.
 */
final class Holdings {
  private final ScanDatabase database;

  Holdings(ScanDatabase database) {
    this.database = database;
  }

  private record Held(String sha256, long sinceMicros) {}

  /**
   * Notes what a mirror has at an interval's end.
   *
   * @param all whether all of it is of interest
   * @param more paths that are of interest anyway
   */
  void update(Impu subscriber, Listing listing, boolean all, Set<String> more, long endMicros) {
    database.run(
        () -> {
          Map<String, Held> before = held(subscriber);
          before.forEach(
              (path, held) -> {
                boolean same =
                    listing
                        .file(path)
                        .filter(file -> file.sha256().equals(held.sha256))
                        .isPresent();
                if (!same) {
                  database.update(
                      "DELETE FROM holding WHERE subscriber = ? AND path = ?",
                      subscriber.uri(),
                      path);
                  database.update(
                      "UPDATE finding SET present = 0 WHERE subscriber = ? AND path = ?",
                      subscriber.uri(),
                      path);
                }
              });
          for (ListedFile file : listing.files().values()) {
            Held held = before.get(file.path());
            boolean same = held != null && held.sha256.equals(file.sha256());
            if (!same && (all || more.contains(file.path()))) {
              database.update(
                  "INSERT INTO holding VALUES(?, ?, ?, ?, ?)",
                  subscriber.uri(),
                  file.path(),
                  file.sha256(),
                  file.size(),
                  endMicros);
            }
          }
          return null;
        });
  }

  private Map<String, Held> held(Impu subscriber) {
    Map<String, Held> held = new HashMap<>();
    database.query(
        row -> held.put(row.getString(1), new Held(row.getString(2), row.getLong(3))),
        "SELECT path, sha256, since FROM holding WHERE subscriber = ?",
        subscriber.uri());
    return held;
  }

  /** Whether a file was there, as it is, at a moment. */
  boolean heldAt(Impu subscriber, ListedFile file, long micros) {
    return !database
        .query(
            row -> 1,
            "SELECT 1 FROM holding WHERE subscriber = ? AND path = ? AND sha256 = ? AND since <= ?",
            subscriber.uri(),
            file.path(),
            file.sha256(),
            micros)
        .isEmpty();
  }

  /** Files of which nothing is known by this version of the signatures. */
  List<ListedFile> unknown(Impu subscriber, String version, long oldestFailure) {
    return database.query(
        row -> new ListedFile(row.getString(1), row.getString(2), row.getLong(3)),
        "SELECT path, sha256, size FROM holding h WHERE subscriber = ? AND NOT EXISTS"
            + " (SELECT 1 FROM verdict v WHERE v.sha256 = h.sha256 AND v.version = ?"
            + " AND (v.kind <> 'failed' OR v.at > ?))",
        subscriber.uri(),
        version,
        oldestFailure);
  }

  /** Whether anybody has a content. */
  boolean wants(String sha256) {
    return !database
        .query(row -> 1, "SELECT 1 FROM holding WHERE sha256 = ? LIMIT 1", sha256)
        .isEmpty();
  }

  void forget(Impu subscriber) {
    database.update("DELETE FROM holding WHERE subscriber = ?", subscriber.uri());
  }
}
