package org.phonemirror.core.upload;

import java.time.Duration;
import java.util.Optional;

/**
 * What the upload relay may take and how it sends it. A way that is not configured refuses its
 * recipients.
 *
 * @param limits of what it takes
 * @param times when it tries and gives up
 * @param threads most sendings at one time
 */
public record UploadSettings(
    Limits limits,
    Times times,
    int threads,
    Optional<MmsSettings> mms,
    Optional<MailSettings> mail,
    Optional<WebSettings> web) {
  public UploadSettings {
    if (threads < 1 || threads > 256) {
      throw new IllegalArgumentException("upload has " + threads + " threads, must be 1 to 256");
    }
  }

  /**
   * What it takes.
   *
   * @param recipients most of an order; 100 and their order fit into a message of the phone
   * @param fileBytes longest file
   * @param subscriberBytes most of one subscriber that is on its way
   * @param subscriberOrders most orders of one subscriber that wait for their mirror or are on
   *     their way
   * @param totalBytes most of all subscribers together; the same content is there once
   * @param reserveBytes what has to stay free on the disk
   */
  public record Limits(
      int recipients,
      long fileBytes,
      long subscriberBytes,
      int subscriberOrders,
      long totalBytes,
      long reserveBytes) {
    public static final int MOST_RECIPIENTS = 100;

    public Limits {
      if (recipients < 1 || recipients > MOST_RECIPIENTS) {
        throw new IllegalArgumentException(
            "uploads go to " + recipients + " recipients, must be 1 to " + MOST_RECIPIENTS);
      }
      if (fileBytes < 0
          || subscriberBytes < 0
          || totalBytes < 0
          || reserveBytes < 0
          || subscriberOrders < 1) {
        throw new IllegalArgumentException("limits of uploads must not be negative");
      }
    }

    /** 100 MiB a file, 500 MiB and 64 orders a subscriber, 20 GiB together, 1 GiB free. */
    public static Limits usual() {
      return new Limits(MOST_RECIPIENTS, 100L << 20, 500L << 20, 64, 20L << 30, 1L << 30);
    }
  }

  /**
   * When it tries and gives up.
   *
   * @param awaitMirror how long an order waits for its file on the mirror
   * @param firstRetry after the first failure; twice as long after each further one
   * @param longestRetry at most between two attempts
   * @param giveUp how long a recipient is tried
   * @param keepIds how long the ids of orders are known, so that one that comes again is not
   *     carried out again
   * @param look how often it is looked for what is due
   */
  public record Times(
      Duration awaitMirror,
      Duration firstRetry,
      Duration longestRetry,
      Duration giveUp,
      Duration keepIds,
      Duration look) {
    public Times {
      for (Duration time :
          new Duration[] {awaitMirror, firstRetry, longestRetry, giveUp, keepIds, look}) {
        if (time.isNegative() || time.isZero()) {
          throw new IllegalArgumentException("time " + time + " of uploads must be positive");
        }
      }
    }

    /** A day for the mirror; one minute to one hour between attempts, for two days. */
    public static Times usual() {
      return new Times(
          Duration.ofDays(1),
          Duration.ofMinutes(1),
          Duration.ofHours(1),
          Duration.ofDays(2),
          Duration.ofDays(30),
          Duration.ofSeconds(1));
    }

    /** How long to wait after so many failures. */
    Duration retryAfter(int failures) {
      Duration wait = firstRetry;
      for (int i = 1; i < failures && wait.compareTo(longestRetry) < 0; i++) {
        wait = wait.multipliedBy(2);
      }
      return wait.compareTo(longestRetry) < 0 ? wait : longestRetry;
    }
  }
}
