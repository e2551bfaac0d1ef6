package org.phonemirror.core.antivirus;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.phonemirror.core.antivirus.ScanRequest.Action;
import org.phonemirror.core.subscriber.Impu;

/**
 * What was found on the phones, and what became of it: {@code told}, until the phone confirms that
 * it is {@code quarantined}, or that this {@code failed}.
 */
final class Findings {
  /** Most findings that a phone is told of at once; what it keeps for the phone is limited. */
  static final int MAX_AT_ONCE = 64;

  private final ScanDatabase database;
  private final Outbox outbox;
  private final Clock clock;
  private final Action unasked;
  private final Map<Impu, Integer> told = new ConcurrentHashMap<>();

  /**
   * Findings of all mirrors.
   *
   * @param unasked what phones are to do with findings that nobody asked for
   */
  Findings(ScanDatabase database, Outbox outbox, Clock clock, Action unasked) {
    this.database = database;
    this.outbox = outbox;
    this.clock = clock;
    this.unasked = unasked;
  }

  private record Place(Impu subscriber, String path, String sha256, String signature) {
    static Place of(ResultSet row) throws SQLException {
      return new Place(
          new Impu(row.getString(1)), row.getString(2), row.getString(3), row.getString(4));
    }
  }

  /** A finding, as the operator sees it. */
  private static Finding finding(ResultSet row) throws SQLException {
    return new Finding(
        row.getString(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5));
  }

  /** A scan has found something; the phone is told as its order's answer. */
  void answer(
      Impu subscriber, long order, String path, String sha256, String signature, Action action) {
    record(new Place(subscriber, path, sha256, signature), action);
    outbox.add(
        subscriber, ScanNotices.finding(OptionalLong.of(order), path, sha256, signature, action));
  }

  /** As {@link #answer}, of findings that there is no room to tell of. */
  void keep(Impu subscriber, String path, String sha256, String signature, Action action) {
    record(new Place(subscriber, path, sha256, signature), action);
  }

  private void record(Place place, Action action) {
    database.update(
        "INSERT OR REPLACE INTO finding VALUES(?, ?, ?, ?, ?, ?, 'told', '', 1)",
        place.subscriber.uri(),
        place.path,
        place.sha256,
        place.signature,
        action.word(),
        clock.millis());
  }

  /** A content turned out to be infected: whoever holds it is told, unless they know. */
  void announceContent(String sha256, String version) {
    announce("v.sha256 = ?", sha256, version);
  }

  /**
   * A mirror may have got a content that is known to be infected.
   *
   * @return whether there is more to tell than is told at once
   */
  boolean announceTo(Impu subscriber, String version) {
    told.remove(subscriber);
    return announce("h.subscriber = ?", subscriber.uri(), version);
  }

  private boolean announce(String which, String value, String version) {
    List<Place> places =
        database.query(
            Place::of,
            "SELECT h.subscriber, h.path, h.sha256, v.detail FROM verdict v"
                + " JOIN holding h ON h.sha256 = v.sha256"
                + " WHERE v.kind = 'infected' AND "
                + which
                + " AND v.version = ? AND NOT EXISTS (SELECT 1 FROM finding f"
                + " WHERE f.subscriber = h.subscriber AND f.path = h.path"
                + " AND f.sha256 = h.sha256 AND f.present)",
            value,
            version);
    boolean more = false;
    for (Place place : places) {
      if (told.merge(place.subscriber, 1, Integer::sum) > MAX_AT_ONCE) {
        more = true; // after the mirror's next interval
      } else {
        record(place, unasked);
        outbox.add(
            place.subscriber,
            ScanNotices.finding(
                OptionalLong.empty(), place.path, place.sha256, place.signature, unasked));
      }
    }
    return more;
  }

  /**
   * The phone has done what it was told.
   *
   * @param state {@code quarantined} or {@code failed}
   * @return whether there is such a finding
   */
  boolean handled(Impu subscriber, String path, String state, String detail) {
    return database.update(
            "UPDATE finding SET state = ?, detail = ? WHERE subscriber = ? AND path = ?"
                + " AND at = (SELECT max(at) FROM finding WHERE subscriber = ? AND path = ?)",
            state,
            detail,
            subscriber.uri(),
            path,
            subscriber.uri(),
            path)
        > 0;
  }

  /** All of a subscriber, by path. */
  List<Finding> of(Impu subscriber) {
    return database.query(
        Findings::finding,
        "SELECT path, sha256, signature, action, state FROM finding WHERE subscriber = ?"
            + " ORDER BY path, at",
        subscriber.uri());
  }

  /** How many files on mirrors are infected. */
  long present() {
    return database
        .query(row -> row.getLong(1), "SELECT count(*) FROM finding WHERE present")
        .get(0);
  }

  void forget(Impu subscriber) {
    told.remove(subscriber);
    database.update("DELETE FROM finding WHERE subscriber = ?", subscriber.uri());
  }
}
