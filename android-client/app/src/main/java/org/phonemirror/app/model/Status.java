package org.phonemirror.app.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The mirror, as the phone knows it from the server's acknowledgements.
 *
 * @param phase what is going on
 * @param since when the phase began
 * @param lag from the end of the last interval that the server has until now; zero before there was
 *     one
 * @param waiting messages that the server does not have yet
 * @param lastInterval the last one that ended
 * @param today since midnight, by the phone's time zone
 * @param lastDay of the last 24 hours, oldest first, one point for each quarter of an hour with
 *     something to tell; at most {@link #MAX_POINTS}
 */
public record Status(
    Phase phase,
    Instant since,
    Duration lag,
    int waiting,
    Optional<Interval> lastInterval,
    Spending today,
    List<DayPoint> lastDay) {
  /** Quarters of an hour in 24 hours, and the one that has begun. */
  public static final int MAX_POINTS = 97;

  public Status {
    lastDay = List.copyOf(lastDay);
    if (lastDay.size() > MAX_POINTS) {
      throw new IllegalArgumentException(
          lastDay.size() + " points of a day, at most " + MAX_POINTS + " are shown");
    }
  }

  /** What is going on, by rank: the first that holds. */
  public enum Phase {
    /** There is no account. */
    NOT_PROVISIONED,
    /** The owner has paused everything. */
    PAUSED,
    /** The phone is being copied; see {@link AppState#firstClone}. */
    CLONING,
    /** There is no way to the server, or it does not answer. */
    UNREACHABLE,
    /** A connection is there that the settings forbid: Wi-Fi only, roaming. */
    HELD_BACK,
    /** No session has begun yet. */
    STARTING,
    /** Interval follows upon interval. */
    ON
  }

  /**
   * A synchronization interval that has ended.
   *
   * @param end when
   * @param length how long it was
   * @param events input events in its batch
   * @param bytes of its messages on the IP layer, both ways, as far as they have gone
   * @param acknowledged whether the server has it
   */
  public record Interval(
      Instant end, Duration length, int events, long bytes, boolean acknowledged) {}

  /**
   * What was spent and saved. Energy is an estimate by the model of the evaluation.
   *
   * @param bytes that synchronization and services have moved over metered networks
   * @param savedBytes that would have gone over metered networks if the mirror had not done the
   *     work
   * @param joules spent on synchronization, estimated
   * @param savedJoules that the phone would have spent, estimated
   */
  public record Spending(long bytes, long savedBytes, double joules, double savedJoules) {
    /** Of a day on which nothing has happened. */
    public static final Spending NONE = new Spending(0, 0, 0, 0);
  }

  /**
   * A quarter of an hour.
   *
   * @param start when it began
   * @param bytes that were moved in it, metered or not
   * @param longestLag of the intervals that ended in it
   */
  public record DayPoint(Instant start, long bytes, Duration longestLag) {}
}
