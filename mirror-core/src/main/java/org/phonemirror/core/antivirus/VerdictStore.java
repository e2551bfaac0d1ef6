package org.phonemirror.core.antivirus;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.phonemirror.core.antivirus.Verdict.Kind;

/**
 * What clamd said of contents, by their SHA-256 and the version of its signatures. No name and no
 * subscriber is in it: whatever was scanned for one mirror is known of all.
 *
 * <p>Verdicts of the newest two versions are kept, so that two servers of an operator whose clamds
 * are not updated at once do not undo each other's work. Failures are forgotten after a time, as
 * clamd's limits are not part of its version.
 */
final class VerdictStore {
  private static final int VERSIONS = 2;

  private final ScanDatabase database;
  private final Clock clock;
  private final Duration failedAgainAfter;
  private volatile Optional<String> version;

  VerdictStore(ScanDatabase database, Clock clock, Duration failedAgainAfter) {
    this.database = database;
    this.clock = clock;
    this.failedAgainAfter = failedAgainAfter;
    this.version =
        database
            .query(
                row -> row.getString(1),
                "SELECT version FROM signatures ORDER BY since DESC LIMIT 1")
            .stream()
            .findFirst();
  }

  /** The version that counts; none before clamd was first reached. */
  Optional<String> version() {
    return version;
  }

  /** clamd has this version now. */
  void setVersion(String now) {
    database.run(
        () -> {
          database.update(
              "INSERT INTO signatures VALUES(?, (SELECT coalesce(max(since), 0) + 1 FROM signatures))"
                  + " ON CONFLICT DO UPDATE SET since = excluded.since",
              now);
          database.update(
              "DELETE FROM signatures WHERE since NOT IN"
                  + " (SELECT since FROM signatures ORDER BY since DESC LIMIT ?)",
              VERSIONS);
          return database.update(
              "DELETE FROM verdict WHERE version NOT IN (SELECT version FROM signatures)");
        });
    version = Optional.of(now);
  }

  /** Keeps a verdict. */
  void put(String sha256, String version, Verdict verdict) {
    database.update(
        "INSERT OR REPLACE INTO verdict VALUES(?, ?, ?, ?, ?)",
        sha256,
        version,
        verdict.kind().name().toLowerCase(Locale.ROOT),
        verdict.detail(),
        now());
  }

  /** What is known of a content, by the version that counts. */
  Optional<Verdict> get(String sha256) {
    return version.stream()
        .flatMap(
            counts ->
                database
                    .query(
                        row ->
                            new Verdict(
                                Kind.valueOf(row.getString(1).toUpperCase(Locale.ROOT)),
                                row.getString(2)),
                        "SELECT kind, detail FROM verdict WHERE sha256 = ? AND version = ?"
                            + " AND (kind <> 'failed' OR at > ?)",
                        sha256,
                        counts,
                        oldestFailure())
                    .stream())
        .findFirst();
  }

  /** When a failure was seen that counts, at the earliest; milliseconds since the epoch. */
  long oldestFailure() {
    return now() - failedAgainAfter.toMillis();
  }

  private long now() {
    return Instant.now(clock).toEpochMilli();
  }
}
